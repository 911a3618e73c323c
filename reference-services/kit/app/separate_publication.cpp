#include "kit/app/separate_publication.hpp"

#include <exception>
#include <utility>

namespace holdfast::kit {

namespace asio = boost::asio;

namespace {

struct noted_records {
  std::vector<outgoing_record> records;
  bool undone = false;
};

/// Everything goes on to the real transaction; records to be published are noted.
class noting_transaction : public transaction {
 public:
  noting_transaction(transaction& in, event_tables const& tables, publication_defects defects, noted_records& into)
      : in_{in}, tables_{tables}, defects_{defects}, into_{into} {}

  void note(outgoing_record record) {
    into_.records.push_back(record);
    if (!defects_.apart_from_commit) put_into_outbox(in_, tables_, std::move(record));
  }

  std::optional<row> get(table from, std::int64_t id) override { return in_.get(from, id); }
  using reader::find;
  std::vector<stored_row> find(table from, std::string_view column, value const& is, std::size_t limit) override {
    return in_.find(from, column, is, limit);
  }
  std::vector<stored_row> list(table from, std::size_t skip, std::size_t limit, std::span<sort_key const> by) override {
    return in_.list(from, skip, limit, by);
  }
  std::int64_t count(table of) override { return in_.count(of); }
  std::optional<std::int64_t> insert(table into, row const& values) override { return in_.insert(into, values); }
  std::int64_t reserve_id(table of) override { return in_.reserve_id(of); }
  bool insert_as(table into, std::int64_t id, row const& values) override { return in_.insert_as(into, id, values); }
  bool replace(table of, std::int64_t id, row const& values) override { return in_.replace(of, id, values); }
  bool erase(table from, std::int64_t id) override { return in_.erase(from, id); }
  bool update_if(table of, std::int64_t id, std::span<column_value const> conditions,
                 std::span<column_value const> assign, std::span<column_change const> changes) override {
    return in_.update_if(of, id, conditions, assign, changes);
  }
  void roll_back() override {
    into_.undone = true;
    in_.roll_back();
  }

 private:
  transaction& in_;
  event_tables const& tables_;
  publication_defects defects_;
  noted_records& into_;
};

/// Names a protected member of store as an accessible one, so that a store can stand before another.
struct store_access : store {
  using store::begin_read;
};

class separately_publishing_store : public store {
 public:
  separately_publishing_store(store& inner, event_log& log, event_tables tables, publication_defects defects,
                              std::function<void(std::string)> lost)
      : inner_{inner}, log_{log}, tables_{tables}, defects_{defects}, lost_{std::move(lost)} {}

  std::optional<std::string> trouble() override { return inner_.trouble(); }

 protected:
  std::unique_ptr<reader, void (*)(reader*)> begin_read() override { return (inner_.*(&store_access::begin_read))(); }

  asio::awaitable<void> run(std::function<void(transaction&)> change) override {
    noted_records noted;
    std::exception_ptr failure;
    auto noting = [&](transaction& in) {
      noted = {};
      noting_transaction outer{in, tables_, defects_, noted};
      change(outer);
    };
    try {
      co_await inner_.write(std::move(noting));
    } catch (...) {
      failure = std::current_exception();
    }
    bool const is_committed = !failure && !noted.undone;
    bool const publishes = is_committed ? defects_.apart_from_commit : defects_.rolled_back_too;
    if (publishes && !noted.records.empty()) {
      auto const appended = co_await log_.append(std::move(noted.records));
      if (!appended) lost_(appended.error());
    }
    if (failure) std::rethrow_exception(failure);
  }

 private:
  store& inner_;
  event_log& log_;
  event_tables tables_;
  publication_defects defects_;
  std::function<void(std::string)> lost_;
};

}  // namespace

std::unique_ptr<store> with_publication_defects(store& inner, event_log& log, event_tables tables,
                                                publication_defects defects, std::function<void(std::string)> lost) {
  return std::make_unique<separately_publishing_store>(inner, log, tables, defects, std::move(lost));
}

void publish_record(transaction& in, event_tables const& tables, outgoing_record record) {
  if (auto* const noting = dynamic_cast<noting_transaction*>(&in)) {
    noting->note(std::move(record));
  } else {
    put_into_outbox(in, tables, std::move(record));
  }
}

}  // namespace holdfast::kit
