#pragma once

#include <cstddef>
#include <type_traits>

/// Compares the declarations of native/ with those of a header of the Windows SDK at compile time.
/// A failed check is a compiler error.
namespace sdk {

/// Whether two types are passed alike: both are pointers of the same depth to values of the same
/// size, or neither is a pointer and both have the same size. void* matches a pointer to anything
/// but a pointer.
template <typename Ours, typename Theirs>
constexpr bool AreAlike() {
  if constexpr (std::is_void_v<Ours> || std::is_void_v<Theirs>) {
    return !std::is_pointer_v<Ours> && !std::is_pointer_v<Theirs>;
  } else if constexpr (std::is_pointer_v<Ours> && std::is_pointer_v<Theirs>) {
    using OurTarget = std::remove_pointer_t<Ours>;
    using TheirTarget = std::remove_pointer_t<Theirs>;
    // No callback is ever passed.
    if constexpr (std::is_function_v<OurTarget> || std::is_function_v<TheirTarget>) {
      return std::is_function_v<OurTarget> && std::is_function_v<TheirTarget>;
    } else {
      return AreAlike<OurTarget, TheirTarget>();
    }
  } else {
    return std::is_pointer_v<Ours> == std::is_pointer_v<Theirs> && sizeof(Ours) == sizeof(Theirs);
  }
}

/// Whether two functions have the calling convention of Windows and the same results and
/// parameters.
template <typename Result, typename... Parameters, typename OtherResult, typename... Others>
constexpr bool AreAlike(Result(__stdcall*)(Parameters...), OtherResult(__stdcall*)(Others...)) {
  if constexpr (sizeof...(Parameters) != sizeof...(Others)) {
    return false;
  } else {
    return AreAlike<Result, OtherResult>() && (AreAlike<Parameters, Others>() && ...);
  }
}

}  // namespace sdk

#define SAME_FUNCTION(ours, theirs) \
  static_assert(                    \
      sdk::AreAlike(static_cast<abi::ours>(nullptr), static_cast<decltype(&theirs)>(nullptr)))
#define SAME_SIZE(ours, theirs) static_assert(sizeof(abi::ours) == sizeof(theirs))
#define SAME_PLACE(ours, our_member, theirs, their_member)                           \
  static_assert(offsetof(abi::ours, our_member) == offsetof(theirs, their_member) && \
                sizeof(abi::ours::our_member) == sizeof(theirs::their_member) &&     \
                sdk::AreAlike<decltype(abi::ours::our_member), decltype(theirs::their_member)>())
