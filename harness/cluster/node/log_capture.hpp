#pragma once

#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "cluster/node/file_descriptor.hpp"
#include "cluster/node/log_file.hpp"
#include "core/result.hpp"

namespace holdfast::cluster {

/// Takes what a container writes to its standard output and standard error and puts it into a log file, line by line
/// with the time at which it was read. A program that writes faster than we can take it waits for us, as on any pipe;
/// we take a bounded amount at a time, so that the event loop stays responsive. Memory: some 100 KiB.
class log_capture {
 public:
  /// The error is a sentence: no descriptors left.
  static result<std::unique_ptr<log_capture>, std::string> create(boost::asio::any_io_executor const& executor,
                                                                  std::shared_ptr<log_file> log);
  ~log_capture();  ///< as finish()
  log_capture(log_capture const&) = delete;
  log_capture& operator=(log_capture const&) = delete;

  // For child_setup.
  int output() const { return output_.get(); }
  int error_output() const { return error_output_.get(); }

  /// The program has its copies: ours go, and reading begins.
  void begin();
  /// The program and all that it started have ended: takes what is still in the pipes and ends the log. What others
  /// may write later is not waited for.
  void finish();

 private:
  class state;
  log_capture(std::shared_ptr<state> shared, file_descriptor output, file_descriptor error_output);
  std::shared_ptr<state> state_;
  file_descriptor output_;
  file_descriptor error_output_;
};

}  // namespace holdfast::cluster
