// Lets a few callers in at once and a few more wait; the others are turned away. So anybody may
// cause work that needs much memory, such as scrypt.
#pragma once

#include <condition_variable>
#include <mutex>

namespace broker {

class gate {
 public:
  gate(unsigned at_once, unsigned waiting) : free_(at_once), may_wait_(waiting) {}

  /// Returns whether the caller was let in. The destructor leaves.
  class visit {
   public:
    explicit visit(gate& entered) : gate_(entered.enter() ? &entered : nullptr) {}
    visit(const visit&) = delete;
    visit& operator=(const visit&) = delete;
    ~visit() {
      if (gate_) gate_->leave();
    }
    explicit operator bool() const { return gate_ != nullptr; }

   private:
    gate* gate_;
  };

 private:
  bool enter() {
    std::unique_lock lock(mutex_);
    if (free_ == 0) {
      if (may_wait_ == 0) return false;
      --may_wait_;
      left_.wait(lock, [this] { return free_ > 0; });
      ++may_wait_;
    }
    --free_;
    return true;
  }

  void leave() {
    {
      const std::lock_guard lock(mutex_);
      ++free_;
    }
    left_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable left_;
  unsigned free_;
  unsigned may_wait_;
};

}  // namespace broker
