# Faster builds where the tools are present; nothing here changes what is built.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # A precompiled header is compared by its contents; its macros and times are then no reason to miss.
  set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_SLOPPINESS=pch_defines,time_macros "${CCACHE_PROGRAM}")
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endif()
find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
endif()

# Debug builds debug well enough with -Og, and compile and test faster than with -O0.
set(CMAKE_CXX_FLAGS_DEBUG "-Og -g1")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1 -DNDEBUG")

if(HOLDFAST_FUZZ)
  # Coverage of the libraries too: without it libFuzzer sees the fuzz target's own file only.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

if(HOLDFAST_SANITIZE)
  add_compile_options(-fsanitize=${HOLDFAST_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${HOLDFAST_SANITIZE})
  if(HOLDFAST_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
    if(HOLDFAST_SANITIZE MATCHES "address" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      # A check at every use of a pointer costs g++ more than a third of the build, and AddressSanitizer sees what such a
      # use does. Misaligned access is left to the fuzz targets, which read what others send and keep all checks.
      add_compile_options(-fno-sanitize=null,alignment,vptr,object-size,pointer-overflow)
    endif()
  endif()
endif()

# Designated initialisers leave out what has a default; g++ 12 would warn of each.
set(HOLDFAST_WARNINGS -Wall -Wextra -Wshadow -Wconversion -Wpedantic -Wno-missing-field-initializers)
if(HOLDFAST_WARNINGS_AS_ERRORS)
  list(APPEND HOLDFAST_WARNINGS -Werror)
endif()
if(HOLDFAST_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Boost.Asio uses fences, which g++'s ThreadSanitizer does not model; it says so for every file.
  list(APPEND HOLDFAST_WARNINGS -Wno-tsan)
endif()
# Several sources in one compilation halve the cost of a clean build. What a warning says of two files that are
# strangers to each other is then void; the preset "release" compiles each file alone, with every warning.
if(CMAKE_UNITY_BUILD)
  set(CMAKE_UNITY_BUILD_BATCH_SIZE 8)
  list(APPEND HOLDFAST_WARNINGS -Wno-shadow)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    list(APPEND HOLDFAST_WARNINGS -Wno-subobject-linkage)
  endif()
endif()
