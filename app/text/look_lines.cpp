#include "app/text/look_lines.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "app/text/formatter.h"
#include "app/text/template_nodes.h"
#include "app/text/words.h"
#include "engine/base/error.h"
#include "engine/base/text.h"

namespace glassdock::text {
namespace {

// What this program and the engine speak; it has no older forms of it.
constexpr std::string_view api_version = "1.45";

constexpr int template_exit_code = 64;  // docker's, of one that cannot be read

constexpr char template_fault[] = "template parsing error: ";

Template read_template(const std::string& format, std::string_view name) {
  try {
    return Template(format, name);
  } catch (const Error& fault) {
    throw FormatError(template_fault + fault.message(), template_exit_code);
  }
}

Value document_of(const std::string& text) {
  Value document = Value::parse(text, nullptr, false);
  if (document.is_discarded()) throw Error(ErrorKind::corrupt, "the engine's answer is no JSON");
  return document;
}

TemplateData of_structs(Value fields, std::string type) {
  return {.fields = std::move(fields), .type = std::move(type), .method = {}, .of_structs = true};
}

// docker's --format of a single document. `name` is what docker calls the template in errors.
std::string filled_in(const TemplateData& data, const std::string& format, std::string_view name) {
  if (format == "json") return escaped_json(data.fields) + "\n";
  const Template filled = read_template(format, name);
  try {
    return filled.execute(data) + "\n";
  } catch (const Error& fault) {
    throw FormatError(fault.message());
  }
}

Value client_version(std::string_view version) {
  return {{"Version", version}, {"ApiVersion", api_version}, {"DefaultAPIVersion", api_version},
          {"GitCommit", ""},    {"GoVersion", ""},           {"Os", "linux"},
          {"Arch", ""},         {"BuildTime", ""},           {"Context", "default"}};
}

// A member's text; empty for one that is not there.
std::string text_at(const Value& document, const char* path) {
  const Value::json_pointer pointer(path);
  if (!document.contains(pointer) || document.at(pointer).is_null()) return {};
  return template_text(document.at(pointer));
}

std::string words_at(const Value& document, const char* path) {
  const Value::json_pointer pointer(path);
  std::vector<std::string> words;
  if (document.contains(pointer) && document.at(pointer).is_structured()) {
    for (const auto& [key, value] : document.at(pointer).items()) {
      words.push_back(value.is_string() ? value.get<std::string>() : key);
    }
  }
  return join(words, " ");
}

// "name=seccomp,profile=builtin" in docker's lines.
std::string security_lines(const Value& document) {
  const auto options = document.find("SecurityOptions");
  if (options == document.end() || !options->is_array() || options->empty()) return {};
  std::string text = " Security Options:\n";
  for (const Value& option : *options) {
    for (const std::string& part : split(template_text(option), ',')) {
      const auto equals = part.find('=');
      const std::string key = part.substr(0, equals),
                        value = equals == std::string::npos ? "" : part.substr(equals + 1);
      if (key == "name") {
        text += fmt::format("  {}\n", value);
      } else {
        text += fmt::format("   {}: {}\n", key == "profile" ? "Profile" : key, value);
      }
    }
  }
  return text;
}

// A heading and each element of a list in a line below it; nothing for none.
std::string list_lines(const Value& document, const char* path, std::string_view heading) {
  const Value::json_pointer pointer(path);
  if (!document.contains(pointer) || !document.at(pointer).is_array() || document.at(pointer).empty()) return {};
  std::string text = fmt::format(" {}:\n", heading);
  for (const Value& element : document.at(pointer)) text += fmt::format("  {}\n", template_text(element));
  return text;
}

// As docker's client sets what `docker info` shows (cli/command/system/info.go).
std::string server_lines(const Value& info) {
  std::string text;
  const auto say = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) text += fmt::format(" {}: {}\n", name, value);
  };
  const auto show = [&](std::string_view name, const char* path) { say(name, text_at(info, path)); };
  show("Containers", "/Containers");
  show(" Running", "/ContainersRunning");
  show(" Paused", "/ContainersPaused");
  show(" Stopped", "/ContainersStopped");
  show("Images", "/Images");
  show("Server Version", "/ServerVersion");
  show("Storage Driver", "/Driver");
  show("Logging Driver", "/LoggingDriver");
  show("Cgroup Driver", "/CgroupDriver");
  show("Cgroup Version", "/CgroupVersion");
  text += " Plugins:\n";
  for (const char* kind : {"Volume", "Network", "Log"}) {
    text += fmt::format("  {}: {}\n", kind, words_at(info, (std::string("/Plugins/") + kind).c_str()));
  }
  show("Swarm", "/Swarm/LocalNodeState");
  std::vector<std::string> runtimes;
  if (const auto found = info.find("Runtimes"); found != info.end()) {
    for (const auto& [name, runtime] : found->items()) runtimes.push_back(name);
  }
  say("Runtimes", join(runtimes, " "));
  show("Default Runtime", "/DefaultRuntime");
  show("Init Binary", "/InitBinary");
  text += security_lines(info);
  show("Kernel Version", "/KernelVersion");
  show("Operating System", "/OperatingSystem");
  show("OSType", "/OSType");
  show("Architecture", "/Architecture");
  show("CPUs", "/NCPU");
  if (const auto found = info.find("MemTotal"); found != info.end() && found->is_number()) {
    say("Total Memory", binary_size(found->get<double>()));
  }
  show("Name", "/Name");
  show("ID", "/ID");
  show("Docker Root Dir", "/DockerRootDir");
  show("Debug Mode", "/Debug");
  show("HTTP Proxy", "/HttpProxy");
  show("HTTPS Proxy", "/HttpsProxy");
  show("No Proxy", "/NoProxy");
  text += list_lines(info, "/Labels", "Labels");
  show("Experimental", "/ExperimentalBuild");
  text += list_lines(info, "/RegistryConfig/InsecureRegistryCIDRs", "Insecure Registries");
  text += list_lines(info, "/RegistryConfig/Mirrors", "Registry Mirrors");
  show("Live Restore Enabled", "/LiveRestoreEnabled");
  return text + "\n";
}

}  // namespace

Inspector::Inspector(const std::string& format) : format_(format) {
  if (!format.empty() && format != "json") template_ = read_template(format, "");
}

void Inspector::take(const std::string& document, const GoType& type) {
  Value fields = document_of(document);
  if (!template_) {
    documents_.push_back(std::move(fields));
    return;
  }
  TemplateData data = of_structs(std::move(fields), "");
  data.go_type = &type;
  try {
    lines_ += template_->execute(data) + "\n";
    return;
  } catch (const Error&) {  // as docker: once more, by the names of the JSON
  }
  data.go_type = nullptr;
  try {
    lines_ += template_->execute(data) + "\n";
  } catch (const Error& fault) {
    throw FormatError(template_fault + fault.message());
  }
}

std::string Inspector::text() const {
  constexpr int indent = 4;
  if (template_) return lines_.empty() ? "\n" : lines_;
  return documents_.dump(format_ == "json" ? -1 : indent, ' ', false, Value::error_handler_t::replace) + "\n";
}

std::string info_text(const std::string& document, std::string_view version, const std::string& format) {
  Value info = document_of(document);
  if (!format.empty()) {
    Value client = {{"Debug", false}};
    client.update(client_version(version));
    client["Plugins"] = Value::array();
    client["Warnings"] = nullptr;
    info["ClientInfo"] = std::move(client);
    return filled_in(of_structs(std::move(info), "system.dockerInfo"), format, "");
  }
  return fmt::format("Client:\n Version:    {}\n Context:    default\n Debug Mode: false\n\nServer:\n{}", version,
                     server_lines(info));
}

std::string version_text(const std::string& document, std::string_view version, const std::string& format) {
  const Value server = document_of(document);
  if (!format.empty()) {
    Value both = {{"Client", client_version(version)}, {"Server", server}};
    both["Client"]["Os"] = server.value("Os", "");
    both["Client"]["Arch"] = server.value("Arch", "");
    return filled_in(of_structs(std::move(both), "system.versionInfo"), format, "version");
  }
  return fmt::format(
      "Client: Glassdock\n Version:           {}\n API version:       {}\n\n"
      "Server: Glassdock\n Engine:\n  Version:          {}\n  API version:      {} (minimum version {})\n"
      "  OS/Arch:          {}/{}\n  Kernel Version:   {}\n",
      version, api_version, text_at(server, "/Version"), text_at(server, "/ApiVersion"),
      text_at(server, "/MinAPIVersion"), text_at(server, "/Os"), text_at(server, "/Arch"),
      text_at(server, "/KernelVersion"));
}

}  // namespace glassdock::text
