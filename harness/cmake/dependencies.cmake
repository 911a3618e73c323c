find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(CLI11 2.1 REQUIRED)
find_package(yaml-cpp 0.7 REQUIRED)
find_library(RE2_LIBRARY re2 REQUIRED)  # Debian's package has no CMake files
add_library(re2::re2 UNKNOWN IMPORTED)
set_target_properties(re2::re2 PROPERTIES IMPORTED_LOCATION "${RE2_LIBRARY}")
find_package(SQLite3 3.40 REQUIRED)
find_package(GTest REQUIRED)
find_package(benchmark REQUIRED)
find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)

# Asio and Beast are compiled once, here; everything else sees declarations only.
add_library(holdfast_asio STATIC ${CMAKE_SOURCE_DIR}/harness/net/asio_impl.cpp)
add_library(holdfast::asio ALIAS holdfast_asio)
target_compile_definitions(holdfast_asio PUBLIC BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
                                                BOOST_ASIO_NO_DEPRECATED)
target_link_libraries(holdfast_asio PUBLIC Boost::headers Threads::Threads)
