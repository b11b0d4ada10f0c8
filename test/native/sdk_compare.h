#pragma once

#include <cstddef>
#include <type_traits>

/// Compares the declarations of native/ with those of a header of the Windows SDK, when they are
/// compiled. A check that fails is a compiler's error.
namespace sdk {

/// Two types that are passed alike: both pointers, as deep, to values of one size; or neither, and
/// of one size. What is declared as void* may point to anything but a pointer, for either side.
template <typename Ours, typename Theirs>
constexpr bool AreAlike() {
  if constexpr (std::is_void_v<Ours> || std::is_void_v<Theirs>) {
    return !std::is_pointer_v<Ours> && !std::is_pointer_v<Theirs>;
  } else if constexpr (std::is_pointer_v<Ours> && std::is_pointer_v<Theirs>) {
    using OurTarget = std::remove_pointer_t<Ours>;
    using TheirTarget = std::remove_pointer_t<Theirs>;
    // Of the callbacks none is ever passed.
    if constexpr (std::is_function_v<OurTarget> || std::is_function_v<TheirTarget>) {
      return std::is_function_v<OurTarget> && std::is_function_v<TheirTarget>;
    } else {
      return AreAlike<OurTarget, TheirTarget>();
    }
  } else {
    return std::is_pointer_v<Ours> == std::is_pointer_v<Theirs> && sizeof(Ours) == sizeof(Theirs);
  }
}

/// Two functions with the calling convention of Windows, whose results and parameters are alike.
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
