// What is left of a secret in all memory of a process once its work is done: on the heap, on the
// stack, in what has been freed, in libcrypto. Each piece of work is done in a child process, which
// then searches itself.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "files.hpp"
#include "libcrypto.hpp"
#include "received.hpp"
#include "verify/verify.hpp"

#include <presign/presign.hpp>

#include <dlfcn.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <new>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using support::secret_access_key;
using support::session_token;
namespace sigv4 = presign::sigv4;
namespace sigv4a = presign::sigv4a;

bool wiping_is_off = false;
// How many hashes are finished before libcrypto fails, and memory ends; below 0, all are.
int hashes_to_finish = -1;
bool has_memory = true;

// Calls libcrypto's own version of a function, unless the call has to fail.
template <class Function, class... Arguments>
int finish_hash(const char* name, Arguments... arguments) {
  if (hashes_to_finish-- != 0) {
    return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name))(arguments...);
  }
  has_memory = false;
  return 0;
}

}  // namespace

// The linker prefers this one to libcrypto's, for presign's calls and for those of libcrypto.
extern "C" void OPENSSL_cleanse(void* memory, std::size_t size) {
  if (wiping_is_off) return;
  if (size > 0) std::memset(memory, 0, size);
  asm volatile("" : : "r"(memory) : "memory");
}

#ifdef PRESIGN_CRYPTO_EVP
extern "C" int EVP_DigestFinal_ex(EVP_MD_CTX* context, unsigned char* out, unsigned* size) {
  return finish_hash<decltype(EVP_DigestFinal_ex)>("EVP_DigestFinal_ex", context, out, size);
}
#else
extern "C" int SHA256_Final(unsigned char* out, SHA256_CTX* context) {
  return finish_hash<decltype(SHA256_Final)>("SHA256_Final", out, context);
}
#endif

void* operator new(std::size_t size) {
  void* const memory = has_memory ? std::malloc(size) : nullptr;
  if (!memory) throw std::bad_alloc();
  return memory;
}

// Where these are inlined and new is not, g++ 12 warns that they do not match.
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }

[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

// ── Children ────────────────────────────────────────────────────────────────────────────────────

/// What the function returns, in a process of its own: nothing else of it comes back.
std::string in_child(const std::function<std::string()>& work) {
  std::array<int, 2> ends;
  if (pipe(ends.data()) != 0) throw std::runtime_error("pipe");
  const auto child = fork();
  if (child < 0) throw std::runtime_error("fork");
  if (child == 0) {
    const auto output = work();
    const auto written = write(ends[1], output.data(), output.size());
    _exit(written == static_cast<ssize_t>(output.size()) ? 0 : 1);
  }
  close(ends[1]);
  std::string output;
  std::array<char, 4096> buffer;
  for (ssize_t size; (size = read(ends[0], buffer.data(), buffer.size())) > 0;) {
    output.append(buffer.data(), static_cast<std::size_t>(size));
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) throw std::runtime_error("the child failed");
  return output;
}

// ── What is searched for ────────────────────────────────────────────────────────────────────────

// Eight bytes of a secret, and never as they are, or the search would find itself. Two pieces side
// by side are found: one alone may be a register that a function has saved on the stack.
using piece = std::uint64_t;
constexpr piece mask = 0x9e3779b97f4a7c15;
constexpr std::size_t least_found = 2 * sizeof(piece);
constexpr std::size_t most_pieces = 4096;

struct wanted_piece {
  piece masked;
  std::uint32_t name;
};

// Sorted. Plain memory, so that the search allocates nothing: it would overwrite what it seeks.
std::array<wanted_piece, most_pieces> wanted;
std::size_t wanted_count = 0;
std::array<char, 4096> names;           // that the pieces have, each with a NUL at its end
std::array<bool, 65536> may_be_wanted;  // by the first two bytes of a piece

// By the names of the secrets, made in a child by another implementation than presign's.
using secrets = std::vector<std::pair<std::string, std::string>>;

std::string words_swapped(std::string_view bytes) {
  std::string swapped;
  for (std::size_t i = 0; i + 4 <= bytes.size(); i += 4) {
    swapped.append({bytes[i + 3], bytes[i + 2], bytes[i + 1], bytes[i]});
  }
  return swapped;
}

std::string xored(std::string_view key, int with) {
  std::string block;
  for (const char c : key) block.push_back(static_cast<char>(c ^ with));
  return block;
}

// The state of a SHA-256 that has taken in a block, as SHA256_CTX has it.
std::string state_after(std::string block, char padding) {
  block.resize(64, padding);
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Transform(&context, reinterpret_cast<const unsigned char*>(block.data()));
  return {reinterpret_cast<const char*>(context.h), sizeof context.h};
}

// The words of a block with the round's constants added, as implementations for SIMD spill them.
std::string with_round_constants(std::string_view block, char padding) {
  constexpr std::array<std::uint32_t, 16> constants{0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5,
                                                    0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
                                                    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
                                                    0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174};
  std::string padded(block);
  padded.resize(64, padding);
  const auto swapped = words_swapped(padded);
  std::string sums;
  for (std::size_t i = 0; 4 * i < block.size(); ++i) {
    std::uint32_t word;
    std::memcpy(&word, swapped.data() + 4 * i, sizeof word);
    word += constants[i];
    sums.append(reinterpret_cast<const char*>(&word), sizeof word);
  }
  return sums;
}

// All that the key of an HMAC is made to in RFC 2104, of which one can compute the HMAC as well.
void add_key(secrets& all, const std::string& name, const std::string& key) {
  all.push_back({name, key});
  for (const auto& [pad, which] : {std::pair{0x36, " ^ ipad"}, std::pair{0x5c, " ^ opad"}}) {
    const auto block = xored(key, pad);
    all.push_back({name + which, block});
    all.push_back({name + which + ", in words", words_swapped(block)});
    all.push_back({name + which + ", with round constants",
                   with_round_constants(block, static_cast<char>(pad))});
    all.push_back({name + which + ", hashed", state_after(block, static_cast<char>(pad))});
  }
}

secrets all_secrets() {
  secrets all;
  const std::string secret(secret_access_key);
  const auto date = std::string(support::example::date.substr(0, 8));
  const auto of_date = libcrypto::hmac_sha256("AWS4" + secret, date);
  const auto of_region = libcrypto::hmac_sha256(of_date, support::example::region);
  const auto of_service = libcrypto::hmac_sha256(of_region, support::example::service);
  all.push_back({"the secret access key", secret});
  all.push_back({"the session token", std::string(session_token)});
  add_key(all, "AWS4 + secret", "AWS4" + secret);
  add_key(all, "AWS4A + secret", "AWS4A" + secret);
  add_key(all, "DateKey", of_date);
  add_key(all, "DateRegionKey", of_region);
  add_key(all, "DateRegionServiceKey", of_service);
  add_key(all, "SigningKey", libcrypto::hmac_sha256(of_service, "aws4_request"));
  const auto scalar =
      sigv4a::signing_key::derive(support::access_key_id, secret_access_key).value().reveal();
  all.push_back({"the SigV4A key", support::bytes_of(scalar)});
  all.push_back({"the SigV4A key, the other way", {scalar.rbegin(), scalar.rend()}});
  return all;
}

/// Fills in what is searched for, once.
void prepare() {
  if (wanted_count > 0) return;
  const auto output = in_child([] {
    std::string text;
    std::map<piece, std::uint32_t> pieces;
    std::string all_names;
    for (const auto& [name, bytes] : all_secrets()) {
      for (std::size_t i = 0; i + sizeof(piece) <= bytes.size(); ++i) {
        piece one;
        std::memcpy(&one, bytes.data() + i, sizeof one);
        pieces.emplace(one ^ mask, static_cast<std::uint32_t>(all_names.size()));
      }
      all_names.append(name).push_back('\0');
    }
    for (const auto& [masked, name] : pieces) {
      const wanted_piece one{masked, name};
      text.append(reinterpret_cast<const char*>(&one), sizeof one);
    }
    return text + all_names + std::string(names.size() - all_names.size(), '\0');
  });
  const auto size = output.size() - names.size();
  REQUIRE(size / sizeof(wanted_piece) <= most_pieces);
  std::memcpy(wanted.data(), output.data(), size);
  std::copy(output.end() - static_cast<std::ptrdiff_t>(names.size()), output.end(), names.begin());
  wanted_count = size / sizeof(wanted_piece);
  for (std::size_t i = 0; i < wanted_count; ++i) may_be_wanted[wanted[i].masked & 0xffff] = true;
}

// ── The search ──────────────────────────────────────────────────────────────────────────────────

struct sighting {
  std::uint32_t name;
  std::array<char, 64> where;
};
std::array<sighting, 256> sightings;
std::size_t sighting_count = 0;
std::size_t bytes_searched = 0;
std::array<char, 65536> maps;

// The piece that is here; nothing where there is none.
const wanted_piece* piece_at(const char* here) {
  piece masked;
  std::memcpy(&masked, here, sizeof masked);
  masked ^= mask;
  if (!may_be_wanted[masked & 0xffff]) return nullptr;
  const auto end = wanted.begin() + static_cast<std::ptrdiff_t>(wanted_count);
  const auto found =
      std::lower_bound(wanted.begin(), end, masked,
                       [](const wanted_piece& one, piece other) { return one.masked < other; });
  return found != end && found->masked == masked ? &*found : nullptr;
}

void search(const char* begin, const char* end, const char* where, std::size_t where_size) {
  bytes_searched += static_cast<std::size_t>(end - begin);
  for (; begin + least_found <= end; ++begin) {
    const auto* const found = piece_at(begin);
    if (!found || !piece_at(begin + sizeof(piece)) || sighting_count == sightings.size()) continue;
    auto& noted = sightings[sighting_count++];
    noted.name = found->name;
    std::memcpy(noted.where.data(), where, std::min(where_size, noted.where.size() - 1));
  }
}

// "55d0c0-55d0f0 rw-p 00000000 00:00 0      [heap]". The kernel's own pages cannot be read.
void search_all_that_can_be_written() {
  const int file = open("/proc/self/maps", O_RDONLY);
  std::size_t size = 0;
  for (ssize_t got; (got = read(file, maps.data() + size, maps.size() - size - 1)) > 0;) {
    size += static_cast<std::size_t>(got);
  }
  close(file);
  for (char* line = maps.data(); line < maps.data() + size;) {
    char* const line_end = std::find(line, maps.data() + size, '\n');
    char* rest = nullptr;
    const auto begin = std::strtoull(line, &rest, 16);
    const auto end = std::strtoull(rest + 1, &rest, 16);
    const char* const name = std::find(line, line_end, '[') == line_end
                                 ? std::find(line, line_end, '/')
                                 : std::find(line, line_end, '[');
    if (rest[1] == 'r' && rest[2] == 'w' && std::strncmp(name, "[v", 2) != 0) {
      search(reinterpret_cast<const char*>(begin), reinterpret_cast<const char*>(end), name,
             static_cast<std::size_t>(line_end - name));
    }
    line = line_end + 1;
  }
}

// ── Work on a stack of its own, which nobody overwrites afterwards ──────────────────────────────

alignas(64) std::array<char, std::size_t{1} << 20> own_stack;
ucontext_t caller, worker;
const std::function<void()>* work_to_do = nullptr;

void do_work() { (*work_to_do)(); }

void run_on_own_stack(const std::function<void()>& work) {
  work_to_do = &work;
  getcontext(&worker);
  worker.uc_stack.ss_sp = own_stack.data();
  worker.uc_stack.ss_size = own_stack.size();
  worker.uc_link = &caller;
  makecontext(&worker, do_work, 0);
  swapcontext(&caller, &worker);
}

std::size_t most_bytes_searched = 0;

/// What a process holds once this work is done, "name, in where" each: empty where there is
/// nothing.
std::set<std::string> left_by(const std::function<void()>& work, bool with_wiping = true) {
  prepare();
  const auto output = in_child([&] {
    wiping_is_off = !with_wiping;
    run_on_own_stack(work);
    search_all_that_can_be_written();
    std::string found = std::to_string(bytes_searched) + "\n";
    for (std::size_t i = 0; i < sighting_count; ++i) {
      found.append(names.data() + sightings[i].name).append(", in ");
      found.append(sightings[i].where.data()).append("\n");
    }
    return found;
  });
  std::set<std::string> left;
  std::size_t at = output.find('\n') + 1;
  most_bytes_searched = std::max<std::size_t>(most_bytes_searched, std::stoull(output));
  while (at < output.size()) {
    const auto end = output.find('\n', at);
    left.insert(output.substr(at, end - at));
    at = end + 1;
  }
  return left;
}

std::string text_of(const std::set<std::string>& left) {
  std::string text;
  for (const auto& one : left) text.append("\n  ").append(one);
  return text;
}

// ── The work ────────────────────────────────────────────────────────────────────────────────────

const presign::time_point at = support::time_at(support::example::date);

presign::credentials permanent() {
  return {std::string(support::access_key_id), secret_access_key};
}

const auto photos = presign::s3::bucket::at("examplebucket", {"us-east-1"}).value();

void require(bool truth) {
  if (!truth) std::abort();
}

sigv4::signing_key example_key() {
  const auto date = sigv4::amz_date::at(at).value();
  return sigv4::signing_key::derive(secret_access_key, date, "us-east-1", "s3").value();
}

sigv4a::signing_key example_key_a() {
  return sigv4a::signing_key::derive(support::access_key_id, secret_access_key).value();
}

presign::result<presign::presigned_url> presign_example(const presign::request& what) {
  return presign::signer{permanent()}.presign(what, 1h, support::example_time());
}

// One call each, for a call overwrites what the one before has left on the stack.
const std::vector<std::pair<std::string, std::function<void()>>> signing_work{
    {"signer", [] { presign::signer{permanent()}; }},
    {"presign", [] { require(bool(presign_example(support::example_request()))); }},
    {"presign again",
     [] {
       const presign::signer signer{permanent()};
       for (int i = 0; i < 2; ++i) {
         require(bool(signer.presign(support::example_request(), 1h, support::example_time())));
       }
     }},
    {"presign with SigV4A",
     [] { require(bool(presign_example(support::example_request_by_sigv4a("*")))); }},
    {"presign, failed",
     [] {
       auto what = support::example_request();
       what.host = "no host";
       require(!presign_example(what));
     }},
    {"sign",
     [] { require(bool(presign::signer{permanent()}.sign(support::example_request(), {at}))); }},
    {"sign with SigV4A",
     [] {
       require(
           bool(presign::signer{permanent()}.sign(support::example_request_by_sigv4a("*"), {at})));
     }},
    {"batch",
     [] {
       const presign::signer signer{permanent()};
       require(bool(signer.batch(photos, 1h, support::example_batch())));
     }},
    {"append",
     [] {
       std::string urls;
       const auto links =
           presign::signer{permanent()}.batch(photos, 1h, support::example_batch()).value();
       for (int i = 0; i < 10; ++i) require(!links.append(urls, "key"));
     }},
    {"presign_post",
     [] {
       const presign::signer signer{permanent()};
       require(bool(signer.presign_post(photos.post("key"), 1h, support::example_time())));
     }},
    {"sigv4::signing_key::derive", [] { example_key(); }},
    {"sigv4::signature",
     [] {
       require(sigv4::signature(example_key(), support::example::string_to_sign).value() ==
               support::example::signature);
     }},
    {"sigv4a::signing_key::derive", [] { example_key_a(); }},
    {"sigv4a::signature", [] { require(bool(sigv4a::signature(example_key_a(), "text"))); }},
    {"sigv4a::public_key::of", [] { require(bool(sigv4a::public_key::of(example_key_a()))); }},
};

// Signed in a child: this process has no secret.
support::sent_request sent(const presign::request& what) {
  const auto url = in_child([&] {
    return presign::signer{permanent()}.presign(what, 1h, support::example_time()).value().url;
  });
  return support::sent_request::to("GET", url, {});
}

// The same, of one received request.
std::vector<std::pair<std::string, std::function<void()>>> receiving_work(
    const presign::request& what) {
  const auto request = sent(what);
  const auto presented = presign::parse_request(request.received()).value();
  auto forged = presented;
  forged.path = "/another.txt";
  const auto url = "https://" + what.host + request.target;
  const auto explain = [url](const std::string& method) {
    presign::explain_options how;
    how.at = at;
    how.signer = permanent();
    how.method = method;
    require(presign::explain(url, how).value().made_by_signer == (method == "GET"));
  };
  return {
      {"verify", [=] { require(bool(support::verify(presented, permanent(), at))); }},
      {"verify, expired", [=] { require(!support::verify(presented, permanent(), at + 2h)); }},
      {"verify, forged", [=] { require(!support::verify(forged, permanent(), at)); }},
      {"verifier", [=] { require(bool(presign::verifier{permanent()}.verify(presented, {at}))); }},
      {"verifier again",
       [=] {
         const presign::verifier owner{permanent()};
         for (int i = 0; i < 3; ++i) require(bool(owner.verify(presented, {at})));
       }},
      // Asked directly: the exception's way through more functions would overwrite what it left.
      {"is_signed_by, without libcrypto and memory",
       [=] {
         const auto who = permanent();
         const auto date = sigv4::amz_date::at(at).value();
         presign::detail::signing_key_cache kept;
         const auto ask = [&] {
           return presign::detail::is_signed_by(who, presented, "text", date, kept);
         };
         require(bool(ask()));
         hashes_to_finish = 0;
         try {
           static_cast<void>(ask());
         } catch (const std::bad_alloc&) {
           has_memory = true;
         }
         require(has_memory);
       }},
      {"verifier, forged", [=] { require(!presign::verifier{permanent()}.verify(forged, {at})); }},
      {"explain", [=] { explain("GET"); }},
      {"explain, another method", [=] { explain("PUT"); }},
      {"explain, a mistake tried", [=] { explain("PATCH"); }},
  };
}

}  // namespace

TEST_SUITE_BEGIN("residue");

TEST_CASE("what nobody wipes is found, wherever it is") {
  CHECK(left_by([] {}) == std::set<std::string>{});
  const auto found_in = [](const std::function<void()>& work, std::string_view where) {
    const auto left = left_by(work);
    CAPTURE(text_of(left));
    return std::any_of(left.begin(), left.end(),
                       [where](const auto& one) { return one.find(where) != one.npos; });
  };
  // On the heap, and freed,
  CHECK(found_in(
      [] {
        std::string copy(secret_access_key);
        asm volatile("" : : "r"(copy.data()) : "memory");
      },
      "the secret access key, in [heap]"));
  // on a stack that was left, half of it,
  CHECK(found_in(
      [] {
        std::array<char, 20> copy;
        std::copy_n(secret_access_key.begin() + 10, copy.size(), copy.begin());
        asm volatile("" : : "r"(copy.data()) : "memory");
      },
      "the secret access key, in "));
  // and of a key only what it was hashed to.
  CHECK(found_in(
      [] {
        auto* const copy = new sigv4::digest(
            sigv4::signing_key::derive(secret_access_key, sigv4::amz_date::at(at).value(),
                                       "us-east-1", "s3")
                .value()
                .reveal());
        asm volatile("" : : "r"(copy) : "memory");
      },
      "SigningKey, in [heap]"));
}

#ifndef PRESIGN_CRYPTO_EVP  // in which what is wiped is to be zero, too
TEST_CASE("without OPENSSL_cleanse, there is something of each") {
  std::string left;
  for (const auto& [name, work] : signing_work) left.append(text_of(left_by(work, false)));
  CAPTURE(left);
  for (const std::string name : {"the secret access key", "SigningKey", "SigningKey ^ opad, hashed",
                                 "AWS4A + secret ^ ipad, hashed", "the SigV4A key"}) {
    CAPTURE(name);
    CHECK(left.find("\n  " + name + ", in ") != left.npos);
  }
}
#endif

TEST_CASE("nothing is left in memory") {
  const auto check = [](const std::string& name, const std::function<void()>& work) {
    CAPTURE(name);
    CHECK(text_of(left_by(work)) == "");
  };
  SUBCASE("of signing") {
    for (const auto& [name, work] : signing_work) check(name, work);
  }
  SUBCASE("of receiving") {
    for (const auto& [name, work] : receiving_work(support::example_request())) check(name, work);
  }
  SUBCASE("of receiving with SigV4A") {
    for (const auto& [name, work] : receiving_work(support::example_request_by_sigv4a("*")))
      check(name, work);
  }
  SUBCASE("of credentials in files, with their token") {
    const support::clean_environment here;
    in_child([&] {
      std::string text(
          "[mine]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = ");
      text.append(secret_access_key).append("\naws_session_token = ").append(session_token);
      here.write_credentials(text + "\n[half]\naws_access_key_id = x\n");
      return "";
    });
    check("from_profile", [] {
      auto who = presign::credentials::from_profile("mine").value();
      const auto copy = who;
      who = presign::credentials{};
      require(copy.secret_access_key.reveal() == secret_access_key);
      require(!presign::credentials::from_profile("half"));
      require(static_cast<bool>(presign::s3::bucket::find("photos", "mine", {"us-east-1"})));
    });
  }
  MESSAGE("bytes searched: ", most_bytes_searched, ", for pieces: ", wanted_count);
}

TEST_SUITE_END();
