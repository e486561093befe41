#include <array>

#include "engine/trace/words.h"

namespace glassdock::trace {
namespace {

using enum Stage;
using enum Actor;

// name, stage, who tells it, English, Korean, and the same for the end of a span where it says something else. After a
// change: GLASSDOCK_UPDATE_DOCS=1 with the test unit_trace writes docs/events.md anew.
constexpr auto table = std::to_array<EventWords>({
    {"baseline.container", lifecycle, daemon, "Container {subject:short} was here before. {state?It is {state}.|}",
     "컨테이너 {subject:short}: 전부터 있었어요. {state?지금 상태는 {state}예요.|}", "", ""},
    {"baseline.engine", lifecycle, daemon, "The engine {version?{version} |}was running already.",
     "엔진{version? {version}|}이 이미 돌고 있었어요.", "", ""},
    {"baseline.image", lifecycle, daemon, "Image {subject} was in the local cache before.",
     "이미지 {subject}: 전부터 로컬 캐시에 있었어요.", "", ""},
    {"cache.lookup", cache, daemon, "The engine looks for {subject} in its local cache.",
     "엔진이 로컬 캐시에서 찾아요: {subject}", "{found?It is here already.|It is not here yet.}",
     "{found?이미 있어요.|아직 없어요.}"},
    {"container.create", lifecycle, daemon, "Container {subject:short} gets its record. No process runs yet.",
     "컨테이너 {subject:short}: 기록을 만들어요. 아직 프로세스는 없어요.", "The record stands.", "기록을 만들었어요."},
    {"container.exit", run, monitor,
     "The first process of {subject:short} ended{exit_code? with code {exit_code}|}{signal? by signal {signal}|}.",
     "컨테이너 {subject:short}: 첫 프로세스가 끝났어요.{exit_code? 종료 코드는 {exit_code}이에요.|}"
     "{signal? 시그널 {signal} 때문이에요.|}",
     "", ""},
    {"container.remove", lifecycle, daemon, "Container {subject:short} is removed with its writable layer.",
     "컨테이너 {subject:short}: 쓰기 레이어와 함께 지워요.", "It is gone.", "지웠어요."},
    {"container.start", isolate, daemon, "The engine starts container {subject:short}.",
     "엔진이 컨테이너를 시작해요: {subject:short}", "Its command runs now.", "이제 명령이 실행돼요."},
    {"gate.held", lifecycle, daemon, "Held before {gate}. Process {pid} really waits here.",
     "{gate} 바로 앞에서 멈췄어요. 프로세스 {pid}이 정말 여기서 기다려요.", "", ""},
    {"gate.released", lifecycle, daemon, "Released{held_ns? after {held_ns:duration}|}. The run goes on.",
     "{held_ns?{held_ns:duration} 만에 |}풀렸어요. 실행이 이어져요.", "", ""},
    {"hub.request", pull, hub, "The hub is asked: {subject}", "허브가 요청을 받았어요: {subject}",
     "The hub answers{status? {status}|}{bytes? with {bytes:bytes}|}.",
     "허브가 답해요.{status? 상태는 {status}이에요.|}{bytes? 보낸 양은 {bytes:bytes}예요.|}"},
    {"image.remove", lifecycle, daemon, "The image {subject} is removed.", "이미지를 지워요: {subject}", "It is gone.",
     "지웠어요."},
    {"image.tag", lifecycle, daemon, "{subject} is now a name of image {digest:short}.",
     "{subject}: 이제 이미지 {digest:short}의 이름이에요.", "", ""},
    {"pull.blob", pull, daemon, "Layer {subject:short} comes over the wire{size?: {size:bytes}|}.",
     "레이어 {subject:short}: 오고 있어요.{size? 크기는 {size:bytes}예요.|}",
     "{bytes?{bytes:bytes} came. |}Its SHA-256 is what its name says.",
     "{bytes?{bytes:bytes}가 왔어요. |}SHA-256이 이름과 같아요."},
    {"pull.config", pull, daemon, "The engine fetches the image's configuration.", "이미지 설정(config)을 받아요.",
     "It says what to run, and as whom.", "무엇을 누구로 실행할지 적혀 있어요."},
    {"pull.done", pull, daemon, "The image {subject} is complete. The next run finds it here.",
     "이미지 {subject}: 다 받았어요. 다음에는 여기서 찾아요.", "", ""},
    {"pull.manifest", pull, daemon, "The engine fetches the manifest of {subject}: the list of its layers.",
     "매니페스트(manifest)를 받아요: {subject}. 레이어의 목록이에요.",
     "{layers?It names {layers} layers.|The manifest is here.}",
     "{layers?레이어 {layers}개가 적혀 있어요.|매니페스트가 왔어요.}"},
    {"pull.resolve", pull, daemon, "The engine asks {registry?{registry}|the registry} what {subject} is now.",
     "엔진이 {registry?{registry}|레지스트리}에 물어요: {subject}",
     "{digest?The name means {digest:short} today.|It knows the name.}",
     "{digest?오늘 이 이름이 뜻하는 것: {digest:short}|이름을 알고 있어요.}"},
    {"pull.unpack", pull, daemon, "Layer {subject:short} is unpacked while it comes.",
     "레이어 {subject:short}: 받는 대로 풀어요.", "{files?{files} files stand on disk.|The layer stands on disk.}",
     "{files?파일 {files}개가 디스크에 있어요.|레이어가 디스크에 있어요.}"},
    {"request.done", request, daemon, "The engine answers{status? {status}|}.",
     "엔진이 답해요.{status? 상태는 {status}이에요.|}", "", ""},
    {"request.received", request, daemon, "A client asks the engine: {subject}",
     "클라이언트가 엔진에 요청해요: {subject}", "The engine answers{status? {status}|}.",
     "엔진이 답해요.{status? 상태는 {status}이에요.|}"},
    {"snapshot.left-out", snapshot, daemon,
     "{name?{name} of {subject} is left out: this file system refuses it.|"
     "Something of {subject} is left out: this file system refuses it.}",
     "{subject}: {name?{name}|일부}을 뺐어요. 이 파일 시스템이 받지 않아요.", "", ""},
    {"snapshot.prepare", snapshot, daemon, "One writable layer goes on top of the shared ones.",
     "공유 레이어 위에 쓰기 레이어 하나를 얹어요.", "{layers?{layers} shared layers, 1 writable.|The stack is ready.}",
     "{layers?공유 레이어 {layers}개, 쓰기 레이어 1개예요.|준비됐어요.}"},
    {"snapshot.unpack", snapshot, daemon, "Layer {subject:short} is unpacked into files.",
     "레이어 {subject:short}: 파일로 풀어요.", "{files?{files} files stand on disk.|The layer stands on disk.}",
     "{files?파일 {files}개가 디스크에 있어요.|레이어가 디스크에 있어요.}"},
    {"trace.lost", lifecycle, daemon, "{count} events are missing here. The watcher was too slow.",
     "여기서 이벤트 {count}개가 빠졌어요. 보는 쪽이 너무 느렸어요.", "", ""},
});

}  // namespace

std::span<const EventWords> event_words() {
  return table;
}

}  // namespace glassdock::trace
