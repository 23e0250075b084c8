# Finds the cryptographic library. Sets presign_crypto, the end of the name of the file in src/base that
# uses it, presign_crypto_libraries and presign_crypto_definitions.
set(presign_crypto "${PRESIGN_CRYPTO}")
set(presign_crypto_libraries OpenSSL::Crypto)
set(presign_crypto_definitions)
set(use "int main() { return SHA256_Init(nullptr) + EC_KEY_set_private_key(nullptr, nullptr); }")

if(presign_crypto STREQUAL "custom")
  if(NOT EXISTS "${PRESIGN_CRYPTO_FILE}" OR IS_DIRECTORY "${PRESIGN_CRYPTO_FILE}")
    message(FATAL_ERROR "PRESIGN_CRYPTO=custom needs PRESIGN_CRYPTO_FILE, a file that defines the "
      "functions of src/base/crypto_library.hpp, as examples/mbedtls_crypto.hpp does. There is no file "
      "\"${PRESIGN_CRYPTO_FILE}\".")
  endif()
  if(PRESIGN_CRYPTO_LIBRARIES MATCHES "::")
    message(FATAL_ERROR "PRESIGN_CRYPTO_LIBRARIES takes libraries by their names or paths, not targets "
      "of CMake: \"${PRESIGN_CRYPTO_LIBRARIES}\"")
  endif()
  set(presign_crypto_libraries ${PRESIGN_CRYPTO_LIBRARIES})
  set(presign_crypto_definitions "PRESIGN_CRYPTO_FILE=\"${PRESIGN_CRYPTO_FILE}\"")
  return()
elseif(presign_crypto STREQUAL "evp")
  set(presign_crypto_definitions PRESIGN_CRYPTO_EVP)
  set(use "int main() { return EVP_MD_fetch(nullptr, \"SHA256\", nullptr) == nullptr; }")
elseif(presign_crypto STREQUAL "")
  set(presign_crypto libcrypto)
else()
  message(FATAL_ERROR "PRESIGN_CRYPTO is \"${PRESIGN_CRYPTO}\", but can be evp, custom or nothing")
endif()

# A project that has presign as a part may bring its own target.
if(TARGET OpenSSL::Crypto)
  return()
endif()
find_package(OpenSSL QUIET COMPONENTS Crypto)
if(NOT OpenSSL_FOUND)
  message(FATAL_ERROR "presign needs a libcrypto, such as OpenSSL's (Debian: libssl-dev), or another "
    "cryptographic library and PRESIGN_CRYPTO=custom")
endif()
include(CheckCXXSourceCompiles)
set(CMAKE_REQUIRED_LIBRARIES OpenSSL::Crypto)
unset(presign_can_use_${presign_crypto} CACHE)  # the library may be another than before
check_cxx_source_compiles("#define OPENSSL_SUPPRESS_DEPRECATED
  #include <openssl/ec.h>\n#include <openssl/evp.h>\n#include <openssl/sha.h>\n${use}"
  presign_can_use_${presign_crypto})
unset(CMAKE_REQUIRED_LIBRARIES)
if(NOT presign_can_use_${presign_crypto})
  message(FATAL_ERROR "presign needs a libcrypto with SHA256_Init, EC_KEY_set_private_key and the like, "
    "or for PRESIGN_CRYPTO=evp one with EVP_MD_fetch, which came with OpenSSL 3.0. "
    "${OPENSSL_CRYPTO_LIBRARY} does not have them.")
endif()
