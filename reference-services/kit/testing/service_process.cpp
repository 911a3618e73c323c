#include "kit/testing/service_process.hpp"

#include <csignal>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace holdfast::kit {

namespace {

std::string contents(std::string const& file) {
  std::ifstream in{file};
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (auto& t : texts) all.push_back(t.data());
  all.push_back(nullptr);
  return all;
}

pid_t start(std::string const& program, std::vector<std::string> arguments, std::vector<std::string> variables,
            std::string const& base) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, 1, (base + ".out").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0644);
  posix_spawn_file_actions_addopen(&files, 2, (base + ".err").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0644);
  auto const argv = pointers_to(arguments);
  auto const environment = pointers_to(variables);
  pid_t process = -1;
  auto const failure = posix_spawn(&process, program.c_str(), &files, nullptr, argv.data(), environment.data());
  posix_spawn_file_actions_destroy(&files);
  if (failure != 0) throw std::runtime_error{"cannot start " + program};
  return process;
}

int exit_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status); }

}  // namespace

void rest_a_moment() { std::this_thread::sleep_for(std::chrono::milliseconds{2}); }

service_process::service_process(std::string const& program, environment variables, std::string const& folder,
                                 std::vector<std::string> const& arguments) {
  static int count = 0;
  base_ = folder + "/process-" + std::to_string(++count);
  variables.try_emplace("PORT", "0");
  variables.try_emplace("PORT_FILE", base_ + ".port");
  std::vector<std::string> all{program};
  all.insert(all.end(), arguments.begin(), arguments.end());
  std::vector<std::string> texts;
  for (auto const& [name, is] : variables) texts.push_back(name + "=" + is);
  started_ = clock_seam::now();
  process_ = start(program, std::move(all), std::move(texts), base_);
}

service_process::~service_process() { kill_and_wait(); }

std::uint16_t service_process::port() {
  if (port_ != 0) return port_;
  eventually([&] {
    unsigned read = 0;
    if (std::ifstream{base_ + ".port"} >> read) {
      port_ = static_cast<std::uint16_t>(read);
      listening_ = clock_seam::now();
    }
    return port_ != 0 || !is_running();
  });
  return port_;
}

void service_process::send_signal(int number) const { kill(process_, number); }

bool service_process::catches(int signal) const {
  std::ifstream status{"/proc/" + std::to_string(process_) + "/status"};
  for (std::string line; std::getline(status, line);) {
    if (!line.starts_with("SigCgt:")) continue;
    return (std::stoull(line.substr(7), nullptr, 16) >> (signal - 1) & 1U) != 0;
  }
  return false;
}

bool service_process::is_running() {
  if (ended_with_) return false;
  int status = 0;
  if (waitpid(process_, &status, WNOHANG) == 0) return true;
  ended_with_ = exit_of(status);
  return false;
}

int service_process::wait() {
  if (!eventually([&] { return !is_running(); }) && !eventually([&] { return !is_running(); })) kill_and_wait();
  return *ended_with_;
}

void service_process::kill_and_wait() {
  if (!is_running()) return;
  send_signal(SIGKILL);
  int status = 0;
  waitpid(process_, &status, 0);
  ended_with_ = exit_of(status);
}

std::string service_process::output() const { return contents(base_ + ".out"); }
std::string service_process::errors() const { return contents(base_ + ".err"); }

std::vector<nlohmann::json> service_process::events(std::string const& kind) const {
  std::vector<nlohmann::json> found;
  std::istringstream lines{output()};
  for (std::string line; std::getline(lines, line) && !lines.eof();) {  // not one that is being written
    auto const event = nlohmann::json::parse(line);
    if (event.at("event") == kind) found.push_back(event);
  }
  return found;
}

}  // namespace holdfast::kit
