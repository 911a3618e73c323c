#include "bookshop/testing/crowd.hpp"

#include <map>

namespace holdfast::bookshop {

class crowd::customer {
 public:
  customer(crowd& in, std::uint64_t seed, unsigned number, int books, way asks)
      : in_{in},
        shopper_{in.shop_.address(), "customer " + std::to_string(number), asks},
        random_{seed},
        books_{books} {}

  void act() {
    constexpr int hundred = 100, looks = 10, reviews = 20, cancels = 30;
    auto const dice = draw(hundred);
    if (mine_.empty() || dice >= cancels) return buy();
    auto const place = static_cast<std::size_t>(draw(static_cast<int>(mine_.size())));
    auto const id = mine_[place];
    if (dice < looks) {
      shopper_.look_at(id);
    } else if (dice < reviews) {
      shopper_.review(id, "review " + std::to_string(++written_));
    } else {
      shopper_.cancel(id);
      mine_.erase(mine_.begin() + static_cast<std::ptrdiff_t>(place));
    }
  }
  client_account take() { return std::move(shopper_.account); }

 private:
  int draw(int below) { return std::uniform_int_distribution<int>{0, below - 1}(random_); }

  void buy() {
    constexpr int most = 3;
    auto const answer = shopper_.place(1 + draw(books_), 1 + draw(most));
    if (answer.status == 201) {
      mine_.push_back(id_in(answer.header("location")));
      ++in_.acknowledged_;
      return;
    }
    ++in_.disappointed_;
    if (answer.status <= 0 || answer.status >= 500) kit::rest_a_moment();
  }

  crowd& in_;
  shopper shopper_;
  std::mt19937_64 random_;
  int books_;
  std::vector<std::int64_t> mine_;
  int written_ = 0;
};

crowd::crowd(bookshop_system& shop, std::uint64_t seed, unsigned customers, int books, way asks) : shop_{shop} {
  for (unsigned i = 0; i < customers; ++i) {
    customers_.push_back(std::make_unique<customer>(*this, seed + i, i, books, i % 2 == 0 ? way::direct : asks));
  }
  for (auto& one : customers_) {
    threads_.emplace_back([&customer = *one](std::stop_token const& end) {
      while (!end.stop_requested()) customer.act();
    });
  }
}

crowd::~crowd() { leave(); }

bool crowd::buys(int further) const {
  auto const enough = acknowledged_ + further;
  return kit::eventually([&] { return acknowledged_ >= enough; });
}

void crowd::leave() {
  for (auto& thread : threads_) thread.request_stop();
  threads_.clear();
  for (auto& one : customers_) merge(shop_.client.account, one->take());
  customers_.clear();
}

std::string summary(client_account const& account) {
  std::map<request_end, int> ends;
  for (auto const& asked : account.orders) ++ends[asked.end];
  return "orders: " + std::to_string(ends[request_end::acknowledged]) + " acknowledged, " +
         std::to_string(ends[request_end::refused]) + " refused, " + std::to_string(ends[request_end::ambiguous]) +
         " ambiguous; " + std::to_string(account.cancels.size()) + " cancels, " +
         std::to_string(account.reviews.size()) + " reviews";
}

}  // namespace holdfast::bookshop
