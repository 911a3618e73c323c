# harness_module(<name> [INTERFACE_ONLY] [THREADS] [BASE folder]
#                HEADERS a.hpp ... SOURCES a.cpp ... PUBLIC libs ... PRIVATE libs ...
#                TESTS a_test.cpp ...  TEST_LIBS libs ...          # unit tests, one program for the module
#                INTEGRATION_TESTS b_integration_test.cpp ...      # loopback sockets or real processes
#                BENCHMARKS c_benchmark.cpp ...)                   # Google Benchmark, one program for the module
# THREADS: the module's code runs on several threads; CI runs its tests under ThreadSanitizer, too.
# Paths are relative to the module's folder; includes are relative to BASE ("harness" unless told). The library is holdfast::<name>; it links what PUBLIC and PRIVATE name and no more.
include(GoogleTest)

# What every test includes, compiled once: half of a small test's compile time.
add_library(holdfast_test_headers OBJECT ${CMAKE_SOURCE_DIR}/harness/cmake/test_headers.cpp)
target_compile_options(holdfast_test_headers PRIVATE ${HOLDFAST_WARNINGS})  # GCC wants the same as in the tests
target_compile_definitions(holdfast_test_headers PRIVATE HOLDFAST_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
target_link_libraries(holdfast_test_headers PRIVATE GTest::gmock GTest::gtest_main)
target_precompile_headers(holdfast_test_headers PRIVATE <gmock/gmock.h> <gtest/gtest.h>
  <algorithm> <chrono> <functional> <map> <memory> <optional> <span> <string> <string_view> <vector>)

# The tests of modules with threads, for builds that run nothing else (ThreadSanitizer in CI).
add_custom_target(thread_tests)

function(harness_test_program program label)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS;PROPERTIES" ${ARGN})
  add_executable(${program} ${ARG_SOURCES})
  target_compile_options(${program} PRIVATE ${HOLDFAST_WARNINGS})
  target_link_libraries(${program} PRIVATE ${ARG_LIBS} GTest::gmock GTest::gtest_main)
  target_compile_definitions(${program} PRIVATE HOLDFAST_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  target_precompile_headers(${program} REUSE_FROM holdfast_test_headers)
  if(label MATCHES "-threads$")
    add_dependencies(thread_tests ${program})
  endif()
  gtest_discover_tests(${program} DISCOVERY_TIMEOUT 60 PROPERTIES LABELS ${label} TIMEOUT 120 ${ARG_PROPERTIES})
endfunction()

function(harness_module name)
  cmake_parse_arguments(ARG "INTERFACE_ONLY;THREADS" "BASE"
    "HEADERS;SOURCES;PUBLIC;PRIVATE;TESTS;TEST_LIBS;INTEGRATION_TESTS;BENCHMARKS" ${ARGN})
  set(target holdfast_${name})
  if(NOT ARG_BASE)
    set(ARG_BASE harness)
  endif()
  set(base ${CMAKE_SOURCE_DIR}/${ARG_BASE})
  if(ARG_INTERFACE_ONLY)
    add_library(${target} INTERFACE)
    target_include_directories(${target} INTERFACE ${base})
    target_link_libraries(${target} INTERFACE ${ARG_PUBLIC})
  else()
    add_library(${target} STATIC ${ARG_SOURCES})
    target_include_directories(${target} PUBLIC ${base})
    target_compile_options(${target} PRIVATE ${HOLDFAST_WARNINGS})
    target_link_libraries(${target} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
    # Most of a module at once: the headers are parsed fewer times. Tests have helpers of their own each, so they go in
    # smaller batches.
    set_target_properties(${target} PROPERTIES UNITY_BUILD_BATCH_SIZE 24)
    target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS ${base} FILES ${ARG_HEADERS})
  endif()
  add_library(holdfast::${name} ALIAS ${target})
  set(threads)
  if(ARG_THREADS)
    set(threads -threads)
  endif()
  if(ARG_TESTS)
    harness_test_program(${name}_test unit${threads} SOURCES ${ARG_TESTS} LIBS ${target} ${ARG_TEST_LIBS})
  endif()
  if(ARG_INTEGRATION_TESTS)
    harness_test_program(${name}_integration_test integration${threads} SOURCES ${ARG_INTEGRATION_TESTS} LIBS ${target} ${ARG_TEST_LIBS})
  endif()
  if(ARG_BENCHMARKS AND HOLDFAST_BENCHMARKS)
    add_executable(${name}_benchmark ${ARG_BENCHMARKS})
    target_compile_options(${name}_benchmark PRIVATE ${HOLDFAST_WARNINGS})
    target_link_libraries(${name}_benchmark PRIVATE ${target} ${ARG_TEST_LIBS} benchmark::benchmark_main)
  endif()
endfunction()

# harness_compile_alone(a.cpp ...): sources of this folder whose internal names others of their program have too.
function(harness_compile_alone)
  set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# harness_fuzz_target(<name> SOURCES x_fuzz.cpp LIBS libs ...): a libFuzzer program, built under the preset "fuzz" only.
function(harness_fuzz_target name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
  if(NOT HOLDFAST_FUZZ)
    return()
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_compile_options(${name} PRIVATE ${HOLDFAST_WARNINGS} -fsanitize=fuzzer)
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  target_link_libraries(${name} PRIVATE ${ARG_LIBS})
endfunction()
