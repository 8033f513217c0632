#include "ctoml.h"

#include <cpptoml.h>

#include <cstring>
#include <exception>
#include <functional>
#include <sstream>
#include <string>

namespace {

std::string as_text(const std::shared_ptr<cpptoml::base> &value) {
  if (auto text = value->as<std::string>()) return text->get();
  std::ostringstream out;
  if (auto flag = value->as<bool>()) {
    out << (flag->get() ? "true" : "false");
  } else if (auto whole = value->as<int64_t>()) {
    out << whole->get();
  } else if (auto number = value->as<double>()) {
    out.precision(17);
    out << number->get();
  }
  return out.str();
}

}  // namespace

extern "C" int ctoml_read(
    const char *text, void *context, void (*visit)(void *, const char *, const char *), char *why, size_t size) {
  try {
    std::istringstream stream{std::string(text)};
    const auto root = cpptoml::parser{stream}.parse();
    std::function<void(const std::string &, const cpptoml::table &)> walk = [&](const std::string &before,
                                                                               const cpptoml::table &table) {
      for (const auto &entry : table) {
        const std::string name = before + entry.first;
        if (entry.second->is_table()) {
          walk(name + ".", *entry.second->as_table());
        } else if (entry.second->is_array()) {
          for (const auto &item : entry.second->as_array()->get()) visit(context, name.c_str(), as_text(item).c_str());
        } else {
          visit(context, name.c_str(), as_text(entry.second).c_str());
        }
      }
    };
    walk("", *root);
    return 0;
  } catch (const std::exception &error) {
    std::strncpy(why, error.what(), size);
  } catch (...) {
    std::strncpy(why, "it cannot be read", size);
  }
  if (size > 0) why[size - 1] = 0;
  return -1;
}
