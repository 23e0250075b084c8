// A program that only links libcrypto. The command's start is compared with it.
#include <openssl/crypto.h>

int main() { return OPENSSL_VERSION_NUMBER == OpenSSL_version_num() ? 0 : 1; }
