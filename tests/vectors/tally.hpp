// Counts the checks of a published suite, by stage and by the two ways to sign.
#pragma once

#include "aws_sigv4_suite.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdio>
#include <string_view>
#include <vector>

namespace suite {

inline constexpr std::array<signing, 2> both_ways{signing::by_query, signing::by_header};

class tally {
 public:
  explicit tally(std::vector<std::string_view> stages)
      : stages_(std::move(stages)), counts_(stages_.size()) {}

  template <class T>
  void check(std::string_view name, std::size_t stage, signing way, const T& got,
             const T& published) {
    INFO(name, ", signed in its ", way == signing::by_query ? "query" : "headers", ": ",
         stages_[stage]);
    CHECK(got == published);
    auto& cell = counts_[stage][static_cast<std::size_t>(way)];
    ++cell.checks;
    if (got == published) ++cell.passed;
  }

  std::size_t checks() const { return total().checks; }

  void print(const char* title) const {
    std::printf("%s, %zu cases\n\n", title, cases.size());
    std::printf("%-24s%8s%8s%14s\n", "stage", "query", "header", "passed");
    for (std::size_t stage = 0; stage < stages_.size(); ++stage) {
      const auto& [query, header] = counts_[stage];
      std::printf("%-24s%8zu%8zu%7zu of %3zu\n", stages_[stage].data(), query.passed, header.passed,
                  query.passed + header.passed, query.checks + header.checks);
    }
    std::printf("%-40s%7zu of %3zu\n\n", "all", total().passed, total().checks);
    std::fflush(stdout);
  }

 private:
  struct count {
    std::size_t checks = 0;
    std::size_t passed = 0;
  };

  count total() const {
    count sum;
    for (const auto& row : counts_) {
      for (const auto& cell : row) {
        sum.checks += cell.checks;
        sum.passed += cell.passed;
      }
    }
    return sum;
  }

  std::vector<std::string_view> stages_;
  std::vector<std::array<count, both_ways.size()>> counts_;
};

}  // namespace suite
