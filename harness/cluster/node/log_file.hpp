#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>

#include "cluster/node/file_descriptor.hpp"
#include "core/result.hpp"

namespace holdfast::cluster {

/// How much of a log is kept: the kubelet's containerLogMaxSize and containerLogMaxFiles.
struct log_limits {
  std::uint64_t file_bytes = std::uint64_t{10} * 1024 * 1024;
  std::uint64_t files = 5;
};

/// The log of one instance of a container on disk: <name>.log, and <name>.log.<n> for those parts that were full. What
/// comes before the last limits.files of them is removed, so that an endless log costs bounded disk. Readers
/// (log_cursor) and the one writer share it; one thread.
class log_file {
 public:
  /// The error is a sentence that names the file.
  static result<std::shared_ptr<log_file>, std::string> create(std::filesystem::path const& folder,
                                                               std::string const& name, log_limits limits = {});

  /// Whole records. A record is never split over files.
  void append(std::string_view records);
  /// Nothing more will come.
  void finish();
  bool has_ended() const { return ended_; }

  /// Calls `on_more` once, at the next append() or at the end. Drop what is returned to be called no more.
  [[nodiscard]] std::shared_ptr<void> when_more(std::function<void()> on_more);

  std::uint64_t newest() const { return newest_; }  ///< number of the file that is being written
  std::uint64_t oldest() const { return oldest_; }
  std::filesystem::path path_of(std::uint64_t number) const;

  /// Bytes that could not be written, and why the last of them could not ("No space left on device").
  std::uint64_t lost_bytes() const { return lost_; }
  std::string const& problem() const { return problem_; }

  /// Removes its files. Readers go on with what they have open.
  void remove();

 private:
  log_file(std::filesystem::path path, log_limits limits) : path_{std::move(path)}, limits_{limits} {}
  bool open();
  void rotate();
  void tell();

  std::filesystem::path path_;
  log_limits limits_;
  file_descriptor fd_;
  std::uint64_t size_ = 0;
  std::uint64_t newest_ = 1;
  std::uint64_t oldest_ = 1;
  std::uint64_t lost_ = 0;
  std::string problem_;
  bool ended_ = false;
  std::list<std::weak_ptr<std::function<void()>>> waiting_;
};

/// The logs of a container: of the instance that runs and of the one before it ("kubectl logs --previous").
class container_log {
 public:
  container_log(std::filesystem::path folder, log_limits limits) : folder_{std::move(folder)}, limits_{limits} {}
  /// Begins the log of instance number `restart`; the one before becomes the previous, and what was previous goes.
  result<std::shared_ptr<log_file>, std::string> begin_instance(unsigned restart);
  std::shared_ptr<log_file> const& current() const { return current_; }    ///< may be null
  std::shared_ptr<log_file> const& previous() const { return previous_; }  ///< may be null

 private:
  std::filesystem::path folder_;
  log_limits limits_;
  std::shared_ptr<log_file> current_;
  std::shared_ptr<log_file> previous_;
};

}  // namespace holdfast::cluster
