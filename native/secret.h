#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace tokenbinding {

/// Writes zeros, also where nobody reads them afterwards.
void Overwrite(void* memory, size_t size);

/// Values that are overwritten when they go, and never copied meanwhile.
template <typename Unit>
class Secret {
 public:
  Secret() : Secret(0) {}
  /// As many zeros, and room for one more behind them.
  explicit Secret(size_t size) : units_(size + 1) {}
  ~Secret() { Overwrite(units_.data(), units_.size() * sizeof(Unit)); }

  Secret(Secret&& other) noexcept { units_.swap(other.units_); }
  Secret& operator=(Secret&& other) noexcept {
    units_.swap(other.units_);
    return *this;
  }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  /// Not nullptr, unless it has been moved from.
  Unit* Data() { return units_.data(); }
  const Unit* Data() const { return units_.data(); }
  size_t Size() const { return units_.empty() ? 0 : units_.size() - 1; }

 private:
  std::vector<Unit> units_;
};

}  // namespace tokenbinding
