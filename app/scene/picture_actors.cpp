#include <fmt/format.h>

#include <algorithm>

#include "app/scene/life_words.h"
#include "app/scene/parts.h"
#include "app/scene/picture.h"
#include "app/scene/strings.h"
#include "engine/base/text.h"

namespace glassdock::scene {
namespace {

using model::State;
using place::client;
using place::engine;
using place::hub;

void draw_card(const Brush& brush, Rect rect, Icon icon, std::string_view name, std::string_view beside, Colour line,
               bool active, Dash dash = Dash::solid) {
  brush.box(
      {.rect = rect, .radius = 6, .fill = Colour::card, .line = line, .stroke = active ? 2.0F : 1.2F, .dash = dash});
  draw_icon(brush, icon, {rect.x + 12, rect.y + 11}, 16, line == Colour::edge ? Colour::ink : line);
  float width = brush.text({rect.x + 36, rect.y + 9, rect.w - 48, 20}, name, strong, Colour::ink);
  // "glassdockd 47980", "127.0.0.1:41873": where there is not room for it, the number.
  const std::string_view number = beside.substr(beside.find_last_of(" :") + 1);
  brush.text_of({rect.x + 44 + width, rect.y + 9, rect.w - 56 - width, 20}, {beside, number}, code, Colour::ink2);
}

const model::Request* open_request(const Subject& subject) {
  const auto& requests = subject.model.run.requests;
  auto found = std::find_if(requests.rbegin(), requests.rend(),
                            [](const model::Request& one) { return one.end == model::no_event; });
  return found == requests.rend() ? nullptr : &*found;
}

// What was asked last is no part of the run: another client's, or a line that left the run as it was.
bool others_ask(const Subject& subject) {
  const model::Model& model = subject.model;
  if (model.other.begin == model::no_event || open_request(subject)) return false;
  return model.run.requests.empty() || model.other.begin > model.run.requests.back().begin;
}

// What waits for its answer now; nullptr: nothing.
const model::Request* request_in_picture(const Subject& subject) {
  if (!others_ask(subject)) return open_request(subject);
  return subject.model.other.end == model::no_event ? &subject.model.other : nullptr;
}

// The container that somebody chose, where the run is about another one; nullptr: all is about the run.
const model::Container* chosen_beside_run(const Subject& subject) {
  if (subject.view.container.empty()) return nullptr;
  const model::Container* container = shown_container(subject);
  return container && container->id == subject.view.container && container != subject.model.current() ? container
                                                                                                      : nullptr;
}

// Of the container, as its client named it, or of a command in it.
bool asks_about(const model::Request& request, const model::Container& container) {
  const std::vector<std::string> path =
      split(request.words.substr(std::min(request.words.find('/'), request.words.size())), '/');
  if (path.size() < 3) return false;
  const std::string &kind = path[1], &name = path[2];
  if (kind == "containers") return name == container.name || container.id.starts_with(name);
  const auto& execs = container.life.execs;
  return kind == "exec" &&
         std::any_of(execs.begin(), execs.end(), [&](const model::Exec& one) { return one.id.starts_with(name); });
}

// What a request asks for: "start" of "POST /containers/0123…/start".
std::string verb_of(const model::Request& request) {
  const std::string verb = request.words.substr(request.words.rfind('/') + 1);
  return request.words.find(" /exec/") == std::string::npos ? verb : "exec " + verb;
}

// "POST start"; where no id stands before the verb "POST images/create".
std::string short_request(const model::Request& request) {
  const std::string& words = request.words;
  std::size_t path = words.find('/');
  std::string method = words.substr(0, words.find(' ')) + " ";
  bool plain = path != std::string::npos && std::count(words.begin(), words.end(), '/') <= 2;
  return method + (plain ? words.substr(path + 1) : verb_of(request));
}

// What became of a request of no run: another client's, or one of the studio's own line.
std::string answer_words(const model::Request& request, trace::Language language) {
  const bool waits = request.end == model::no_event, unanswered = request.status == 0;
  const std::string status = std::to_string(request.status);
  if (request.command.empty()) {
    return say(waits        ? Word::other_waits
               : unanswered ? Word::other_unanswered
                            : Word::other_answered,
               language, {status});
  }
  const Word words = waits ? Word::client_waits : unanswered ? Word::client_unanswered : Word::client_answered;
  return say(words, language, {short_request(request), status});
}

// What the client does: it waits for an answer, has one, or its command is over.
std::string client_words(const Subject& subject) {
  trace::Language language = subject.view.language;
  const model::Run& run = subject.model.run;
  if (const model::Request* request = open_request(subject)) {
    return say(Word::client_waits, language, {short_request(*request)});
  }
  if (run.given_up && run.ended) return std::string(say(Word::client_gave_up, language));
  // A client that waits for the end has its code for its own; that of `docker run -d` has gone long before.
  const model::Container* container = subject.model.current();
  const bool waited = std::any_of(run.requests.begin(), run.requests.end(),
                                  [](const model::Request& one) { return ends_with(one.words, "/wait"); });
  if (container && container->exit_code && waited) {
    return say(Word::ended_with, language, {std::to_string(*container->exit_code)});
  }
  if (subject.before_run) return std::string(say(Word::no_request_yet, language));
  if (run.requests.empty()) return {};
  const model::Request& last = run.requests.back();
  if (last.status == 0) return say(Word::client_unanswered, language, {short_request(last)});
  return say(Word::client_answered, language, {short_request(last), std::to_string(last.status)});
}

// What a client did last to the container that was chosen.
void draw_asked_of(const Brush& brush, const Subject& subject, const model::Container& container) {
  const trace::Language language = subject.view.language;
  draw_card(brush, client, Icon::terminal, say(Word::client, language), "", Colour::request_line, false);
  std::string command;
  model::EventIndex event = model::no_event;
  for (const model::Moved& moved : container.life.moves) {
    std::string typed = command_of(container, moved);
    if (typed.empty()) continue;
    command = std::move(typed);
    event = moved.cause.event != model::no_event ? moved.cause.event : moved.event;
  }
  for (const model::Exec& exec : container.life.execs) {
    if (event != model::no_event && exec.begin < event) continue;
    command = command_of(container, exec);
    event = exec.begin;
  }
  const Rect line{client.x + 12, client.y + 36, client.w - 24, 20};
  if (command.empty()) {
    brush.paragraph({line.x, line.y, line.w, client.bottom() - line.y - 4}, say(Word::nobody_asked, language), small,
                    Colour::ink2, 2);
    return;
  }
  brush.text(line, command, code_strong, Colour::ink);
  brush.paragraph({line.x, line.y + 22, line.w, client.bottom() - line.y - 28}, say(Word::asked_last, language), small,
                  Colour::ink2, 2);
  brush.place({.rect = client, .act = Act::select_event, .number = static_cast<std::int64_t>(event)});
}

void draw_client(const Brush& brush, const Subject& subject) {
  trace::Language language = subject.view.language;
  const model::Container* chosen = chosen_beside_run(subject);
  if (chosen && !(others_ask(subject) && asks_about(subject.model.other, *chosen))) {
    return draw_asked_of(brush, subject, *chosen);
  }
  const model::Run& run = subject.model.run;
  bool any = run.first != model::no_event;
  const bool others = others_ask(subject);
  draw_card(brush, client, Icon::terminal, say(Word::client, language), "", Colour::request_line,
            others ? request_in_picture(subject) != nullptr : run_goes_on(subject));
  Rect line{client.x + 12, client.y + 36, client.w - 24, 20};
  if (others) {
    const model::Request& last = subject.model.other;
    brush.text(line, last.command.empty() ? short_request(last) : "$ " + last.command, code_strong, Colour::ink);
    line.y += 22;
    brush.paragraph({line.x, line.y, line.w, client.bottom() - line.y - 6}, answer_words(last, language), small,
                    last.failed ? Colour::failed_line : Colour::ink2, 2);
    brush.place({.rect = client, .act = Act::select_event, .number = static_cast<std::int64_t>(last.begin)});
    return;
  }
  const bool recorded = subject.view.is_recorded();
  if (!any && recorded) return void(brush.text(line, say(Word::no_request_yet, language), body, Colour::ink2));
  if (!any) {
    brush.text(line, say(Word::client_nobody, language), body, Colour::ink2);
    line.y += 22;
    brush.text_of(line, {say(Word::client_or_docker, language), ""}, body, Colour::ink2);
    return;
  }
  brush.text(line, command_words(run, language), code_strong, Colour::ink);
  line.y += 22;
  std::string words = client_words(subject);
  const Rect room{line.x, line.y, line.w, client.bottom() - line.y};
  const int lines = std::min(2, static_cast<int>(room.h / brush.line_height(small)));
  const Colour ink = run.failed ? Colour::failed_line : Colour::ink2;
  // Why it failed says more than the answer's number.
  const std::string reason = failure_reason(subject.model);
  if (!reason.empty() && brush.stands_whole(reason, small, room.w, lines)) words = reason;
  if (brush.stands_whole(words, small, room.w, lines) || run.requests.empty()) {
    brush.paragraph(room, words, small, ink, lines);
  } else {
    const model::Request* open = open_request(subject);
    const model::Request& request = open ? *open : run.requests.back();
    brush.text_of({room.x, room.y, room.w, 20}, {short_request(request), verb_of(request)}, small, ink);
  }
  const model::EventIndex first = subject.before_run ? model::no_event : run.first;
  brush.place({client, Act::select_event, "client", static_cast<std::int64_t>(first), {}});
}

using Operations = std::vector<const model::Operation*>;

// As the start announced them: what takes it down again is told at its end.
Operations start_operations(const model::Container& container) {
  Operations operations;
  for (const model::Operation& one : container.operations) {
    if (one.stage != trace::Stage::lifecycle) operations.push_back(&one);
  }
  return operations;
}

std::size_t count_in(const Operations& operations, State state) {
  return static_cast<std::size_t>(std::count_if(operations.begin(), operations.end(),
                                                [&](const model::Operation* one) { return one->state == state; }));
}

// Squares for the operations of a start: done, next, to come. Many are drawn narrower.
void draw_operations(const Brush& brush, Rect row, const Operations& operations) {
  float step = std::min(17.0F, row.w / static_cast<float>(operations.size()));
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const model::Operation& operation = *operations[i];
    bool done = operation.state == State::there;
    Colour fill = done ? colours_of(operation.stage).fill : Colour::none;
    if (operation.state == State::failed) fill = Colour::failed;
    brush.box({.rect = {row.x + static_cast<float>(i) * step, row.y, std::max(step - 2, 1.5F), row.h},
               .radius = 2,
               .fill = operation.state == State::held ? Colour::plate : fill,
               .line = done ? Colour::none : Colour::edge,
               .stroke = 1,
               .dash = step > 8 ? dash_of(operation.state) : Dash::solid});
  }
}

void draw_engine(const Brush& brush, const Subject& subject) {
  trace::Language language = subject.view.language;
  const model::Model& model = subject.model;
  const model::Held* hold = shown_hold(subject);
  const bool held = hold && hold->who == trace::Actor::daemon;
  const bool gone = subject.view.engine == EngineState::gone && subject.view.position.mode == player::Mode::live;
  draw_card(
      brush, engine,
      gone   ? Icon::cross
      : held ? Icon::gate
             : Icon::chip,
      say(Word::engine, language), model.engine.pid > 0 ? fmt::format("glassdockd {}", model.engine.pid) : "glassdockd",
      gone ? Colour::failed_line : Colour::edge, run_goes_on(subject), dash_of(gone ? State::failed : State::there));
  const model::Container* chosen = chosen_beside_run(subject);
  const model::Container* container = chosen ? chosen : model.current();
  Rect line{engine.x + 12, engine.y + 34, engine.w - 24, 20};
  brush.place({engine, Act::select_event, "engine", static_cast<std::int64_t>(model.engine.event), {}});
  if (gone) {
    brush.paragraph({line.x, line.y, line.w, 60}, say(Word::engine_is_gone, language), body, Colour::failed_line, 3);
    return;
  }
  const Operations operations = container ? start_operations(*container) : Operations();
  if (operations.empty()) {
    brush.paragraph({line.x, line.y, line.w, 60}, engine_words(subject), body, Colour::ink2, 3);
    return;
  }
  const std::size_t all = operations.size(), done = count_in(operations, State::there);
  bool over = done == all || subject.model.run.ended;
  brush.text(line,
             over ? say(Word::operations_over, language, {std::to_string(all)})
                  : say(Word::operation_of, language, {std::to_string(done + 1), std::to_string(all)}),
             body, Colour::ink);
  draw_operations(brush, {line.x, line.y + 24, line.w, 14}, operations);
  line.y += 44;
  const std::size_t failed = count_in(operations, State::failed);
  std::string number = std::to_string(done);
  brush.text(line,
             failed > 0 ? say(Word::done_failed, language, {number, std::to_string(failed)})
             : over     ? say(Word::done_all, language, {number})
                        : say(Word::done_next_to_come, language, {number, std::to_string(all - done)}),
             small, failed > 0 ? Colour::failed_line : Colour::ink2);
}

// A blob: a bar whose upper right corner is cut.
void draw_blob(const Brush& brush, Rect rect, const model::Transfer& transfer) {
  bool whole = transfer.verified;
  Colour line = transfer.state == State::failed ? Colour::failed_line : Colour::pull_line;
  float part = transfer.bytes > 0 ? static_cast<float>(transfer.received) / static_cast<float>(transfer.bytes) : 0;
  brush.box({.rect = rect,
             .radius = 3,
             .fill = Colour::pull_soft,
             .line = line,
             .stroke = 1.2F,
             .dash = dash_of(transfer.state)});
  if (!whole && part > 0) {
    brush.box({.rect = {rect.x, rect.bottom() - 3, rect.w * std::min(part, 1.0F), 3}, .radius = 1, .fill = line});
  }
  std::string size = trace::bytes_text(transfer.bytes);
  float wide = brush.width(size, code) + 2;
  brush.text({rect.x + 8, rect.y, rect.w - 24 - wide, rect.h}, short_digest(transfer.digest), code, Colour::ink);
  brush.text({rect.right() - 8 - wide, rect.y, wide, rect.h}, size, code, Colour::ink, Align::right);
  brush.place({rect, Act::select_event, "blob:" + transfer.digest, static_cast<std::int64_t>(transfer.event), {}});
}

void draw_hub(const Brush& brush, const Subject& subject) {
  trace::Language language = subject.view.language;
  const model::Model& model = subject.model;
  bool active = std::any_of(model.transfers.begin(), model.transfers.end(),
                            [](const model::Transfer& one) { return one.state == State::appearing; });
  draw_card(brush, hub, Icon::hub, say(Word::hub, language), model.engine.hub, Colour::pull_line, active);
  brush.place({hub, Act::select_event, "hub", static_cast<std::int64_t>(model.hub.event), {}});
  float y = hub.y + 33;
  std::size_t shown = std::min<std::size_t>(model.transfers.size(), 2);
  for (std::size_t i = model.transfers.size() - shown; i < model.transfers.size(); ++i, y += 23) {
    draw_blob(brush, {hub.x + 12, y, hub.w - 24, 20}, model.transfers[i]);
  }
  if (shown == 0) {
    brush.text({hub.x + 12, y + 2, hub.w - 24, 20}, say(Word::hub_words, language), body, Colour::ink2);
  }
  const Rect last{hub.x + 12, hub.bottom() - 25, hub.w - 24, 20};
  if (!model.hub.upstream.empty()) {
    const std::string answer = model.hub.upstream_status > 0 ? std::to_string(model.hub.upstream_status)
                                                             : std::string(say(Word::no_answer, language));
    const std::string words = say(Word::asked_elsewhere, language, {model.hub.upstream, answer});
    brush.text_of(last, {words, model.hub.upstream}, small, Colour::ink2);
  } else if (model.hub.requests > 0) {
    brush.text(last, say(Word::hub_answered, language, {std::to_string(model.hub.requests)}), small, Colour::ink2);
  }
}

// The wires and what travels on them.
void draw_wires(const Brush& brush, const Subject& subject) {
  const model::Model& model = subject.model;
  float y = client.y + client.h / 2;
  const model::Request* request = request_in_picture(subject);
  brush.line({{client.right(), y},
              {engine.x, y},
              1.6F,
              request ? Colour::request_line : Colour::edge,
              request ? Dash::solid : Dash::dotted});
  if (request) {
    std::string words = short_request(*request);
    // Where that is too long for the wire, what is asked for is enough.
    if (brush.width(words, code_strong) + 20 > engine.x - client.right() - 4) words = verb_of(*request);
    float wide = std::min(brush.width(words, code_strong) + 20, engine.x - client.right() - 4);
    Rect tag{(client.right() + engine.x - wide) / 2, y - 12, wide, 24};
    brush.box({.rect = tag, .radius = 12, .fill = Colour::request_soft, .line = Colour::request_line});
    brush.text({tag.x + 8, tag.y, tag.w - 16, tag.h}, words, code_strong, Colour::ink, Align::centre);
    brush.place(
        {tag, Act::select_event, others_ask(subject) ? "" : "request", static_cast<std::int64_t>(request->begin), {}});
  }
  auto coming = std::find_if(model.transfers.begin(), model.transfers.end(),
                             [](const model::Transfer& one) { return one.state == State::appearing; });
  bool active = coming != model.transfers.end();
  brush.line({{engine.right(), y},
              {hub.x, y},
              1.6F,
              active ? Colour::pull_line : Colour::edge,
              active ? Dash::solid : Dash::dotted});
  if (!active) return;
  // One packet is the last piece that was told; it crosses once.
  float far = subject.view.far(coming->event, player::Motion::packet);
  float x = hub.x - 12 + (engine.right() + 12 - (hub.x - 12)) * far - 12;
  brush.box({.rect = {x, y - 10, 20, 20}, .radius = 3, .fill = Colour::pull});
}

}  // namespace

void draw_actors(const Brush& brush, const Subject& subject) {
  draw_wires(brush, subject);
  draw_client(brush, subject);
  draw_engine(brush, subject);
  draw_hub(brush, subject);
}

}  // namespace glassdock::scene
