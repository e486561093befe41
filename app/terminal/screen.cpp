#include "app/terminal/screen.h"

#include <vterm.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "app/terminal/text.h"

namespace glassdock::terminal {
namespace {

constexpr std::size_t most_replies = 4096;         // bytes
constexpr std::uint32_t second_half = 0xFFFFFFFF;  // libvterm: right half of a wide character
constexpr int named_colours = 16;

Size cut(Size size) {
  return {std::clamp(size.rows, 1, Screen::largest.rows), std::clamp(size.columns, 2, Screen::largest.columns)};
}

VTermModifier to_vterm(Modifiers modifiers) {
  int bits = VTERM_MOD_NONE;
  if (modifiers.shift) bits |= VTERM_MOD_SHIFT;
  if (modifiers.alt) bits |= VTERM_MOD_ALT;
  if (modifiers.control) bits |= VTERM_MOD_CTRL;
  return static_cast<VTermModifier>(bits);
}

VTermKey to_vterm(Key key) {
  switch (key) {
    case Key::enter:
      return VTERM_KEY_ENTER;
    case Key::tab:
      return VTERM_KEY_TAB;
    case Key::backspace:
      return VTERM_KEY_BACKSPACE;
    case Key::escape:
      return VTERM_KEY_ESCAPE;
    case Key::up:
      return VTERM_KEY_UP;
    case Key::down:
      return VTERM_KEY_DOWN;
    case Key::left:
      return VTERM_KEY_LEFT;
    case Key::right:
      return VTERM_KEY_RIGHT;
    case Key::insert:
      return VTERM_KEY_INS;
    case Key::delete_forward:
      return VTERM_KEY_DEL;
    case Key::home:
      return VTERM_KEY_HOME;
    case Key::end:
      return VTERM_KEY_END;
    case Key::page_up:
      return VTERM_KEY_PAGEUP;
    case Key::page_down:
      return VTERM_KEY_PAGEDOWN;
  }
  return VTERM_KEY_NONE;
}

// Finds ED, "CSI part J" (ECMA-48, 8.3.39), which libvterm tells nobody of; a sequence may come in pieces.
class EraseFinder {
 public:
  // How many bytes there are up to the end of the first one; all of them where there is none.
  std::size_t find(std::string_view bytes) {
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      if (take(bytes[at])) return at + 1;
    }
    return bytes.size();
  }
  // '0', '2' or '3' of the one that was found, once: from the cursor on, all, all with what scrolled away.
  std::optional<char> take() { return std::exchange(found_, std::nullopt); }

 private:
  bool take(char byte) {
    const State before = std::exchange(state_, byte == '\x1b' ? State::escape : State::none);
    if (before == State::escape && byte == '[') {
      state_ = State::sequence;
      part_ = '0';
    } else if (before == State::sequence && byte >= '0' && byte <= '3') {
      state_ = State::part;
      part_ = byte;
    } else if (byte == 'J' && (before == State::sequence || before == State::part) && part_ != '1') {
      found_ = part_;
      return true;
    }
    return false;
  }

  enum class State : std::uint8_t { none, escape, sequence, part } state_ = State::none;
  char part_ = '0';
  std::optional<char> found_;
};

}  // namespace

class Screen::Terminal {
 public:
  Terminal(Size size, Limits limits) : limits_(limits), vterm_(vterm_new(size.rows, size.columns)) {
    vterm_set_utf8(vterm_, 1);
    vterm_output_set_callback(vterm_, &Terminal::reply, this);
    screen_ = vterm_obtain_screen(vterm_);
    static constexpr VTermScreenCallbacks callbacks{
        .damage = &Terminal::damage,
        .moverect = &Terminal::move,
        .movecursor = &Terminal::move_cursor,
        .settermprop = &Terminal::set_property,
        .bell = nullptr,
        .resize = nullptr,
        .sb_pushline = &Terminal::scroll_away,
        .sb_popline = nullptr,  // what scrolled away stays away: its numbers are for ever
    };
    vterm_screen_set_callbacks(screen_, &callbacks, this);
    vterm_screen_enable_altscreen(screen_, 1);
    vterm_screen_set_damage_merge(screen_, VTERM_DAMAGE_CELL);
    vterm_screen_reset(screen_, 1);
    forget_rows(size);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal() { vterm_free(vterm_); }

  void feed(std::string_view bytes) {
    while (!bytes.empty()) {
      const std::size_t end = erases_.find(bytes);
      vterm_input_write(vterm_, bytes.data(), end);
      bytes.remove_prefix(end);
      if (const auto part = erases_.take()) erased(*part);
    }
  }

  void resize(Size size) {
    if (size == this->size()) return;
    if (size.columns != this->size().columns && !alternate_) keep_rows();
    vterm_set_size(vterm_, size.rows, size.columns);
    forget_rows(size);
    pushed_ = 0;
    cursor_.row = std::min(cursor_.row, size.rows - 1);
    cursor_.column = std::min(cursor_.column, size.columns - 1);
  }

  Size size() const {
    Size size;
    vterm_get_size(vterm_, &size.rows, &size.columns);
    return size;
  }

  const std::vector<SharedLine>& rows() {
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      if (!rows_[row]) rows_[row] = std::make_shared<const Line>(read_row(static_cast<int>(row)));
    }
    return rows_;
  }

  Cursor cursor_;
  bool alternate_ = false;
  const Limits limits_;
  std::deque<SharedLine> scrolled_;
  std::size_t scrolled_bytes_ = 0;
  std::uint64_t dropped_ = 0;
  std::uint64_t cleared_ = 0;
  std::string replies_;
  VTerm* vterm_;

 private:
  static Terminal& self(void* user) { return *static_cast<Terminal*>(user); }

  static void reply(const char* bytes, std::size_t size, void* user) {
    std::string& replies = self(user).replies_;
    if (replies.size() + size <= most_replies) replies.append(bytes, size);
  }

  static int damage(VTermRect rect, void* user) {
    auto& rows = self(user).rows_;
    self(user).pushed_ = 0;
    for (int row = std::max(rect.start_row, 0); row < rect.end_row; ++row) {
      if (static_cast<std::size_t>(row) < rows.size()) self(user).change_row(static_cast<std::size_t>(row));
    }
    return 1;
  }

  // Whole rows that move stay what they are; 0 makes libvterm report the rest as damage.
  static int move(VTermRect to, VTermRect from, void* user) {
    Terminal& terminal = self(user);
    auto& rows = terminal.rows_;
    auto& ended = terminal.ended_;
    terminal.pushed_ = 0;
    const bool whole = to.start_col == 0 && from.start_col == 0 && to.end_col == terminal.size().columns;
    const auto count = from.end_row - from.start_row;
    const auto rows_there = static_cast<int>(rows.size());
    if (!whole || count <= 0 || from.end_row > rows_there || to.end_row > rows_there) return 0;
    if (to.start_row < from.start_row) {
      std::move(rows.begin() + from.start_row, rows.begin() + from.end_row, rows.begin() + to.start_row);
      std::move(ended.begin() + from.start_row, ended.begin() + from.end_row, ended.begin() + to.start_row);
    } else {
      std::move_backward(rows.begin() + from.start_row, rows.begin() + from.end_row, rows.begin() + to.end_row);
      std::move_backward(ended.begin() + from.start_row, ended.begin() + from.end_row, ended.begin() + to.end_row);
    }
    return 1;
  }

  // Text that is wrapped goes to the next row without a carriage return.
  static int move_cursor(VTermPos to, VTermPos, int, void* user) {
    const Cursor& from = self(user).cursor_;
    const auto row = static_cast<std::size_t>(to.row);
    if (to.row == from.row && to.col == 0 && row < self(user).rows_.size()) self(user).end_row(row);
    self(user).cursor_.row = to.row;
    self(user).cursor_.column = to.col;
    return 1;
  }

  static int set_property(VTermProp property, VTermValue* value, void* user) {
    if (property == VTERM_PROP_CURSORVISIBLE) self(user).cursor_.visible = value->boolean != 0;
    if (property == VTERM_PROP_ALTSCREEN) self(user).alternate_ = value->boolean != 0;
    return 1;
  }

  // Called for each row that goes, from the uppermost on, and only then is told that the rest moves up.
  static int scroll_away(int columns, const VTermScreenCell* cells, void* user) {
    Terminal& terminal = self(user);
    const std::size_t row = terminal.pushed_++;
    SharedLine line = row < terminal.rows_.size() ? terminal.rows_[row] : nullptr;
    if (!line) {
      const bool ended = row >= terminal.ended_.size() || terminal.ended_[row];
      line =
          std::make_shared<const Line>(terminal.make_line(columns, ended, [&](int column) { return cells[column]; }));
    }
    terminal.scrolled_bytes_ += memory_of(*line);
    terminal.scrolled_.push_back(std::move(line));
    terminal.forget_oldest();
    return 1;
  }

  // As far as that was all of the screen: nothing of it stays in sight, nor of what scrolled away from it. xterm's 3
  // forgets that altogether.
  void erased(char part) {
    const bool at_top = cursor_.row == 0 && cursor_.column == 0;
    if (alternate_ || (part == '0' && !at_top)) return;
    cleared_ = dropped_ + scrolled_.size();
    if (part != '3') return;
    dropped_ = cleared_;
    scrolled_.clear();
    scrolled_bytes_ = 0;
  }

  // A screen that becomes narrower cuts its rows, and in a wider one none is full. So those above the cursor scroll
  // away as they were printed (SU, CUU).
  void keep_rows() {
    if (cursor_.row == 0) return;
    const std::string rows = std::to_string(cursor_.row);
    const std::string sequences = "\x1b[" + rows + "S\x1b[" + rows + "A";
    vterm_input_write(vterm_, sequences.data(), sequences.size());
  }

  void forget_oldest() {
    while (scrolled_.size() > limits_.lines || (scrolled_bytes_ > limits_.bytes && !scrolled_.empty())) {
      scrolled_bytes_ -= memory_of(*scrolled_.front());
      scrolled_.pop_front();
      ++dropped_;
    }
  }

  void forget_rows(Size size) {
    rows_.assign(static_cast<std::size_t>(size.rows), nullptr);
    ended_.assign(rows_.size(), false);
  }

  void change_row(std::size_t row) {
    rows_[row] = nullptr;
    ended_[row] = false;
  }

  void end_row(std::size_t row) {
    ended_[row] = true;
    if (rows_[row] && rows_[row]->goes_on) rows_[row] = nullptr;
  }

  Line read_row(int row) const {
    return make_line(size().columns, ended_[static_cast<std::size_t>(row)], [&](int column) {
      VTermScreenCell cell{};
      vterm_screen_get_cell(screen_, {row, column}, &cell);
      return cell;
    });
  }

  Colour colour_of(VTermColor colour) const {
    if (VTERM_COLOR_IS_DEFAULT_FG(&colour) || VTERM_COLOR_IS_DEFAULT_BG(&colour)) return {};
    if (VTERM_COLOR_IS_INDEXED(&colour) && colour.indexed.idx < named_colours) {
      return {.kind = Colour::Kind::named, .name = colour.indexed.idx};
    }
    vterm_screen_convert_color_to_rgb(screen_, &colour);
    return {.kind = Colour::Kind::rgb, .red = colour.rgb.red, .green = colour.rgb.green, .blue = colour.rgb.blue};
  }

  Style style_of(const VTermScreenCell& cell) const {
    return {.text = colour_of(cell.fg),
            .ground = colour_of(cell.bg),
            .bold = cell.attrs.bold != 0,
            .italic = cell.attrs.italic != 0,
            .underline = cell.attrs.underline != 0,
            .strike = cell.attrs.strike != 0,
            .inverse = cell.attrs.reverse != 0};
  }

  template <typename CellAt>
  Line make_line(int columns, bool ended, CellAt cell_at) const {
    Line line;
    for (int column = 0; column < columns; ++column) {
      const VTermScreenCell cell = cell_at(column);
      if (cell.chars[0] == second_half) continue;
      const Style style = style_of(cell);
      const bool blank = cell.chars[0] == 0;
      if (blank && style.ground.kind == Colour::Kind::standard && !style.inverse) continue;
      add(line, column, cell, style);
    }
    // A wide character that does not fit leaves the last cell blank.
    const bool full = cell_at(columns - 1).chars[0] != 0 || cell_at(columns - 2).chars[0] == second_half;
    line.goes_on = full && !ended && !alternate_;
    return line;
  }

  static void add(Line& line, int column, const VTermScreenCell& cell, const Style& style) {
    const auto width = static_cast<std::uint8_t>(cell.width == 2 ? 2 : 1);
    Run& run = add_character(line, column, width, style);
    if (cell.chars[0] == 0) run.text += ' ';
    for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i] != 0; ++i) append_utf8(run.text, cell.chars[i]);
  }

  VTermScreen* screen_ = nullptr;
  EraseFinder erases_;
  std::vector<SharedLine> rows_;  // nullptr: changed since it was read
  std::vector<bool> ended_;       // what was printed in that row does not go on in the next one
  std::size_t pushed_ = 0;        // so many of them have scrolled away and stand there yet
};

Screen::Screen(Size size) : Screen(size, Limits{}) {}
Screen::Screen(Size size, Limits limits) : terminal_(std::make_unique<Terminal>(cut(size), limits)) {}
Screen::Screen(Screen&&) noexcept = default;
Screen& Screen::operator=(Screen&&) noexcept = default;
Screen::~Screen() = default;

void Screen::feed(std::string_view bytes) {
  terminal_->feed(bytes);
}

void Screen::resize(Size size) {
  terminal_->resize(cut(size));
}

Size Screen::size() const {
  return terminal_->size();
}

const std::vector<SharedLine>& Screen::rows() const {
  return terminal_->rows();
}

Cursor Screen::cursor() const {
  return terminal_->cursor_;
}

bool Screen::alternate() const {
  return terminal_->alternate_;
}

std::uint64_t Screen::cleared() const {
  return std::max(terminal_->cleared_, terminal_->dropped_);
}

std::uint64_t Screen::first_line() const {
  return terminal_->dropped_;
}

std::uint64_t Screen::first_row() const {
  return terminal_->dropped_ + terminal_->scrolled_.size();
}

const SharedLine& Screen::scrolled(std::uint64_t number) const {
  return terminal_->scrolled_.at(number - terminal_->dropped_);
}

std::string Screen::keys(Key key, Modifiers modifiers) {
  std::string before = take_replies();
  vterm_keyboard_key(terminal_->vterm_, to_vterm(key), to_vterm(modifiers));
  return std::exchange(terminal_->replies_, std::move(before));
}

std::string Screen::keys(char32_t character, Modifiers modifiers) {
  std::string before = take_replies();
  vterm_keyboard_unichar(terminal_->vterm_, character, to_vterm(modifiers));
  return std::exchange(terminal_->replies_, std::move(before));
}

std::string Screen::paste(std::string_view text) {
  std::string before = take_replies();
  vterm_keyboard_start_paste(terminal_->vterm_);
  std::string pasted = take_replies();
  // An escape character could end the paste and type commands.
  for (char character : text) {
    if (character != '\x1b') pasted += character == '\n' ? '\r' : character;
  }
  vterm_keyboard_end_paste(terminal_->vterm_);
  pasted += std::exchange(terminal_->replies_, std::move(before));
  return pasted;
}

std::string Screen::take_replies() {
  return std::exchange(terminal_->replies_, {});
}

}  // namespace glassdock::terminal
