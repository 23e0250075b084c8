// All ways to take the value of a result, for code with exceptions and for code without.
#pragma once

#include <presign/error.hpp>

#include <array>
#include <string>
#include <utility>

using way_to_take_a_value = void (*)(presign::result<std::string>&);
using ways = std::array<way_to_take_a_value, 8>;

ways ways_without_exceptions();

namespace {

// Each file has its own, compiled as the file is.
const ways ways_to_take_a_value = {
    [](auto& from) { (void)from.value(); },
    [](auto& from) { (void)std::as_const(from).value(); },
    [](auto& from) { (void)std::move(from).value(); },
    [](auto& from) { (void)*from; },
    [](auto& from) { (void)*std::as_const(from); },
    [](auto& from) { (void)*std::move(from); },
    [](auto& from) { (void)from->size(); },
    [](auto& from) { (void)std::as_const(from)->size(); },
};

}  // namespace
