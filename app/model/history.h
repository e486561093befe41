#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "app/model/model.h"
#include "engine/trace/recording.h"

namespace glassdock::model {

// What lists and clocks need of each event without reading it again: 16 bytes.
struct Row {
  std::int64_t time_ns = 0;
  std::uint16_t name = 0;  // History::name
  trace::Stage stage = trace::Stage::request;
  trace::Kind kind = trace::Kind::instant;
  trace::Actor actor = trace::Actor::daemon;
  std::uint8_t marks = 0;  // RowMark
};
static_assert(sizeof(Row) == 16);
enum RowMark : std::uint8_t {
  row_baseline = 1,       // existed already
  row_begins_run = 2,     // the first event of a run
  row_ends_start = 4,     // the container's command runs, or the start failed
  row_held = 8,           // a gate is held after it
  row_in_run = 16,        // of the run that is in the picture
  row_damaged = 32,       // cannot be read: the model skips it
  row_failed = 64,        // something failed by it
  row_beside_race = 128,  // a race does it, and its picture does not show it
};

// All events so far, of a live stream or of a recording, and the model at any place among them. Copies of the model are
// kept every so many events, more apart as there are more of them, so that their memory stays bounded and any place is
// reached by applying a few thousand events at most. One thread.
class History {
 public:
  // Of a live stream: begins empty, grows by add().
  History();
  // Of a recording: reads all of it once. The file stays mapped.
  explicit History(trace::Recording recording);

  bool is_recording() const noexcept { return recording_.has_value(); }
  // Of a recording; nullptr for a live stream.
  const trace::RecordingHeader* header() const noexcept { return recording_ ? &recording_->header() : nullptr; }
  // What is wrong with the recording, one line each; empty where nothing is.
  const std::vector<std::string>& notices() const noexcept { return notices_; }

  // Whether evidence was read for any event so far.
  bool has_evidence() const noexcept { return has_evidence_; }

  void add(trace::Event event);
  // The command line of the run that is to come under that span: the studio's own line. No event tells it.
  void name_next_run(std::uint64_t root, std::string command);

  std::size_t size() const noexcept { return rows_.size(); }
  // The first event that is still kept. Rows of those before it are there yet, the events are not; first() may be
  // size().
  EventIndex first() const noexcept { return first_; }
  bool keeps(EventIndex index) const noexcept { return index >= first_ && index < size(); }
  static constexpr std::size_t usual_live_limit = 256u << 20;
  // A live stream forgets its oldest events beyond so many bytes.
  void set_live_limit(std::size_t bytes) { live_limit_ = bytes; }

  // Of what it keeps(); throws Error(internal) for another. Throws Error(corrupt) for a line of a recording that cannot
  // be read.
  trace::Event event(EventIndex index) const;
  const Row& row(EventIndex index) const { return rows_[index]; }
  std::string_view name(const Row& row) const { return names_[row.name]; }

  // The model after the first `count` events; `count` is cut to first() … size(). Valid until the next call of at() or
  // add().
  const Model& at(std::size_t count);
  const Model& now() const noexcept { return now_; }

  // About how many bytes the copies, rows and live events take.
  std::size_t memory() const;

 private:
  // A model whose containers are shared with the copies around it where nothing changed them.
  struct Copy {
    std::size_t count = 0;
    Model rest;
    std::vector<std::shared_ptr<const Container>> containers;
    std::size_t bytes = 0;  // of what is not shared with the copy before
  };
  struct Named {
    EventIndex from = 0, end = no_event;  // runs that begin there, by the engine that was there then
    std::optional<std::uint64_t> root;    // nothing: each of them
    std::string command;
  };

  void take(const trace::Event& event);
  void take_damaged(const std::string& fault);
  void keep_copy();
  void thin_copies();
  void forget_oldest();
  std::uint16_t name_number(const std::string& name);
  static Copy make_copy(const Model& model, const Copy* before);
  static Model restore(const Copy& copy);
  const Copy& nearest(std::size_t count) const;
  void go_forward(std::size_t count);
  void fill_command(Model& model) const;
  void fill_command_of_other(Model& model) const;

  std::size_t live_limit_ = usual_live_limit;
  std::optional<trace::Recording> recording_;
  std::deque<trace::Event> events_;  // of a live stream, from first_ on
  std::size_t event_bytes_ = 0;
  EventIndex first_ = 0;
  std::vector<Row> rows_;
  std::vector<std::string> names_;
  std::unordered_map<std::string, std::uint16_t> name_numbers_;
  std::vector<std::string> notices_;
  std::size_t damaged_ = 0;
  bool has_evidence_ = false;
  std::vector<Named> commands_;

  Model now_;                 // after all events
  std::vector<Copy> copies_;  // the oldest first; the first at first_
  std::size_t copies_bytes_ = 0;
  std::size_t apart_ = 256;  // events between two copies
  std::vector<Copy> near_;   // close together, round the place that is looked at
  Model looked_;             // at the last place asked for
};

}  // namespace glassdock::model
