#include "bookshop/review/review_service.hpp"

int main(int argc, char** argv) { return holdfast::kit::run_service(argc, argv, holdfast::bookshop::review_service()); }
