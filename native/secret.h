#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace tokenbinding {

/// Writes zeros. The compiler does not remove the writes although nothing reads them.
void Overwrite(void* memory, size_t size);

/// A buffer that is zeroed on destruction and cannot be copied.
template <typename Element>
class Secret {
 public:
  Secret() : Secret(0) {}
  /// `size` zeros, with capacity for a terminator behind them.
  explicit Secret(size_t size) : elements_(size + 1) {}
  ~Secret() { Overwrite(elements_.data(), elements_.size() * sizeof(Element)); }

  Secret(Secret&& other) noexcept { elements_.swap(other.elements_); }
  Secret& operator=(Secret&& other) noexcept {
    elements_.swap(other.elements_);
    return *this;
  }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  /// nullptr only after the buffer was moved from.
  Element* Data() { return elements_.data(); }
  const Element* Data() const { return elements_.data(); }
  size_t Size() const { return elements_.empty() ? 0 : elements_.size() - 1; }

 private:
  std::vector<Element> elements_;
};

}  // namespace tokenbinding
