// Compiled with -fno-exceptions and -fno-rtti, and linked to code that has both.
#include "ways_to_take_a_value.hpp"

#ifdef __cpp_exceptions
#error "this file has to be compiled with -fno-exceptions"
#endif

ways ways_without_exceptions() { return ways_to_take_a_value; }
