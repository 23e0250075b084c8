// PRESIGN_EXPORT marks the names that a shared libpresign offers; all others are hidden.
#pragma once

#if defined(PRESIGN_STATIC)
#define PRESIGN_EXPORT
#elif defined(_WIN32) && defined(PRESIGN_BUILDING)
#define PRESIGN_EXPORT __declspec(dllexport)
#elif defined(_WIN32)
#define PRESIGN_EXPORT __declspec(dllimport)
#else
#define PRESIGN_EXPORT __attribute__((visibility("default")))
#endif
