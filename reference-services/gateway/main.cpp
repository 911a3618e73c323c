#include "gateway/gateway.hpp"

int main(int argc, char** argv) { return holdfast::gateway::run_gateway(argc, argv); }
