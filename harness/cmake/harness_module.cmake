# harness_module(<name> [INTERFACE_ONLY]
#                HEADERS a.hpp ... SOURCES a.cpp ... PUBLIC libs ... PRIVATE libs ...
#                TESTS a_test.cpp ...  TEST_LIBS libs ...          # unit tests, one program for the module
#                INTEGRATION_TESTS b_integration_test.cpp ...      # loopback sockets or real processes
#                BENCHMARKS c_benchmark.cpp ...)                   # Google Benchmark, one program for the module
# Paths are relative to the module's folder. The library is holdfast::<name>; it links what PUBLIC and PRIVATE name and no more.
include(GoogleTest)

function(harness_test_program program label)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(${program} ${ARG_SOURCES})
  target_compile_options(${program} PRIVATE ${HOLDFAST_WARNINGS})
  target_link_libraries(${program} PRIVATE ${ARG_LIBS} GTest::gmock GTest::gtest_main)
  target_compile_definitions(${program} PRIVATE HOLDFAST_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  gtest_discover_tests(${program} DISCOVERY_TIMEOUT 60 PROPERTIES LABELS ${label} TIMEOUT 120)
endfunction()

function(harness_module name)
  cmake_parse_arguments(ARG "INTERFACE_ONLY" ""
    "HEADERS;SOURCES;PUBLIC;PRIVATE;TESTS;TEST_LIBS;INTEGRATION_TESTS;BENCHMARKS" ${ARGN})
  set(target holdfast_${name})
  if(ARG_INTERFACE_ONLY)
    add_library(${target} INTERFACE)
    target_include_directories(${target} INTERFACE ${CMAKE_SOURCE_DIR}/harness)
    target_link_libraries(${target} INTERFACE ${ARG_PUBLIC})
  else()
    add_library(${target} STATIC ${ARG_SOURCES})
    target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR}/harness)
    target_compile_options(${target} PRIVATE ${HOLDFAST_WARNINGS})
    target_link_libraries(${target} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
    target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS ${CMAKE_SOURCE_DIR}/harness FILES ${ARG_HEADERS})
  endif()
  add_library(holdfast::${name} ALIAS ${target})
  if(ARG_TESTS)
    harness_test_program(${name}_test unit SOURCES ${ARG_TESTS} LIBS ${target} ${ARG_TEST_LIBS})
  endif()
  if(ARG_INTEGRATION_TESTS)
    harness_test_program(${name}_integration_test integration SOURCES ${ARG_INTEGRATION_TESTS} LIBS ${target} ${ARG_TEST_LIBS})
  endif()
  if(ARG_BENCHMARKS AND HOLDFAST_BENCHMARKS)
    add_executable(${name}_benchmark ${ARG_BENCHMARKS})
    target_compile_options(${name}_benchmark PRIVATE ${HOLDFAST_WARNINGS})
    target_link_libraries(${name}_benchmark PRIVATE ${target} ${ARG_TEST_LIBS} benchmark::benchmark_main)
  endif()
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
