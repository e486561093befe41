#include "engine/vm/order.h"

#include "engine/base/error.h"
#include "engine/vm/guest.h"

namespace glassdock::vm {

std::string encode_order(const GuestOrder& order, const std::string& token) {
  std::string texts;
  auto add = [&](const std::string& text) {
    if (text.find('\0') != std::string::npos) {
      throw Error(ErrorKind::invalid_argument, "a command's words and variables may hold no NUL");
    }
    texts += text;
    texts += '\0';
  };
  if (order.arguments.empty() && order.symbol.empty()) throw Error(ErrorKind::invalid_argument, "No command specified");
  for (const std::string* text : {&token, &order.hostname, &order.user, &order.working_folder, &order.symbol}) {
    add(*text);
  }
  add(std::to_string(order.arguments.size()));
  for (const std::string& argument : order.arguments) add(argument);
  for (const std::string& variable : order.environment) add(variable);
  if (texts.size() > guest::most_order_bytes) {
    throw Error(ErrorKind::invalid_argument, "command line and environment are too long for the guest");
  }
  return std::to_string(texts.size()) + "\n" + texts;
}

}  // namespace glassdock::vm
