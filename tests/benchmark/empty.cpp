// A program that does nothing but link libcrypto: what the command's start is measured against.
#include <openssl/crypto.h>

int main() { return OPENSSL_VERSION_NUMBER == OpenSSL_version_num() ? 0 : 1; }
