// Eight threads that sign, verify and explain at once, over a change of day and of credentials, get
// what one thread gets. ThreadSanitizer shows that it was no luck: presets tsan and tsan-evp.
#include "received.hpp"
#include "support.hpp"

#include <presign/presign.hpp>

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using presign::time_point;

constexpr std::size_t thread_count = 8;
constexpr int moment_count = 24;  // seconds, of which midnight is in the middle

const auto midnight = support::time_at("20130524T000000Z");
const auto photos = presign::s3::bucket::at("examplebucket", {"us-east-1"}).value();
const auto everywhere =
    presign::s3::bucket::at("arn:aws:s3::123456789012:accesspoint:mfzwi23gnjvgw.mrap", {}).value();

time_point moment(int number) { return midnight + std::chrono::seconds{number - moment_count / 2}; }

// What a service has for its credentials of the hour, and its threads share.
struct office {
  presign::signer signer;
  presign::verifier checker;
  presign::url_batch links;

  explicit office(const presign::credentials& who) : signer(who), checker(who), links(batch()) {}

  presign::presign_options options(int number = 0) const {
    presign::presign_options how;
    how.at = moment(number);
    return how;
  }
  presign::url_batch batch() const {
    presign::batch_options common;
    common.signing = options();
    return signer.batch(photos, 1h, common).value();
  }

  // Whether what was sent is verified, and until when.
  std::string verdict_on(const support::sent_request& sent, int number) const {
    const auto presented = presign::parse_request(sent.received());
    if (!presented) return presented.error().message;
    const auto verdict = checker.verify(*presented, {moment(number)});
    if (!verdict) return verdict.error().message;
    return std::string(presign::sigv4::amz_date::at(verdict->valid_until)->text());
  }

  // All that is done in one second, as text. A signature by SigV4A is another one each time, and it
  // is told only what became of it.
  std::string work_of(int number) const {
    auto what = photos.get("holiday/" + std::to_string(number) + ".jpg");
    if (number % 3 == 0) what.region = "eu-west-1";
    const auto link = signer.presign(what, 1h, options(number)).value();
    std::string told = link.url + '\n';
    told += signer.sign(what, {moment(number)}).value().headers.back().value + '\n';
    const auto form = signer.presign_post(photos.post("u"), 1h, options(number)).value();
    for (const auto& field : form.fields) told += field.name + '=' + field.value + '\n';
    if (links.append(told, "cat.jpg")) told += "no URL";

    const auto sent = support::sent_request::to(link);
    told += '\n' + verdict_on(sent, number) + '\n';
    told += verdict_on(sent.with("holiday", "birthday"), number) + '\n';
    const auto by_sigv4a = signer.presign(everywhere.get("x"), 1h, options(number)).value();
    told += verdict_on(support::sent_request::to(by_sigv4a), number) + '\n';
    presign::explain_options explain_options;
    explain_options.at = moment(number) + 2h;
    const auto explained = presign::explain(link.url, explain_options).value();
    for (const auto& finding : explained.findings) told += finding.sentence + '\n';
    return told;
  }
};

std::array<presign::credentials, 3> credentials_of_the_day() {
  auto temporary = support::temporary_credentials();
  temporary.expires_at = midnight + 30min;
  return {support::example_credentials(), temporary, {"OTHER", "another secret"}};
}

}  // namespace

TEST_SUITE_BEGIN("threads");

TEST_CASE("eight threads share an office over midnight, and move to others, as one thread would") {
  const auto all = credentials_of_the_day();
  std::vector<std::vector<std::string>> expected;
  for (const auto& who : all) {
    const office alone{who};
    expected.emplace_back();
    for (int i = 0; i < moment_count; ++i) expected.back().push_back(alone.work_of(i));
  }

  // The office of the hour. Who notices that its time is over replaces it, while others are in it
  // still; the last to leave it takes it down.
  std::mutex door;
  std::size_t hour = 0;
  auto open = std::make_shared<const office>(all[0]);
  std::atomic<std::size_t> done{0};
  std::array<std::atomic<int>, 3> right{}, wrong{};
  const auto work = [&](std::size_t thread) {
    for (int i = 0; i < moment_count; ++i) {
      const auto turn = done.fetch_add(1) * all.size() / (thread_count * moment_count);
      std::shared_ptr<const office> mine;
      std::size_t its_hour = 0;
      {
        const std::lock_guard<std::mutex> lock{door};
        if (turn > hour) open = std::make_shared<const office>(all[hour = turn]);
        mine = open;
        its_hour = hour;
      }
      // Not in step with the others: some are in one day, some in the next.
      const auto number = (static_cast<std::size_t>(i) + thread * 3) % moment_count;
      const bool same = mine->work_of(static_cast<int>(number)) == expected[its_hour][number];
      ++(same ? right : wrong)[its_hour];
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < thread_count; ++i) threads.emplace_back(work, i);
  for (auto& one : threads) one.join();

  for (std::size_t i = 0; i < all.size(); ++i) {
    CHECK(right[i] > 0);
    CHECK(wrong[i] == 0);
  }
}

TEST_SUITE_END();
