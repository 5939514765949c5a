# Read by CMake right after llama-cpp-python's project() line (CMAKE_PROJECT_llama_cpp_INCLUDE).
#
# Dramatis calls libllama and what that stands on (libggml, libggml-base, libggml-cpu), nothing else.
# llama-cpp-python forces LLAMA_BUILD_COMMON on in CMake's cache, where an option from outside cannot
# win; an ordinary variable of the same name shadows the cache (policy CMP0126), so it is set here.

set(LLAMA_BUILD_COMMON OFF)   # arguments, downloads, chat parsers, HTTP client: half of all steps
set(LLAMA_BUILD_TOOLS OFF)
set(LLAMA_BUILD_SERVER OFF)
set(LLAMA_BUILD_EXAMPLES OFF)
set(LLAMA_BUILD_TESTS OFF)
set(LLAMA_BUILD_APP OFF)
set(LLAMA_OPENSSL OFF)
set(LLAVA_BUILD OFF)          # pictures and sound (mtmd)

# A wheel cannot hold links: every versioned name would be one more full copy of the library.
set(CMAKE_PLATFORM_NO_VERSIONED_SONAME ON)

set(GGML_CCACHE OFF)
set(GGML_ALL_WARNINGS OFF)
set(LLAMA_ALL_WARNINGS OFF)

# WORKAROUND(llama.cpp #20824): a native build uses AMX tiles wherever the processor names them, and
# dies at the first prompt on virtual machines that name them without having them. Remove when
# llama.cpp asks the kernel. Weight repacking, which is what AMX is for there, then uses AVX.
include(CheckCXXCompilerFlag)
check_cxx_compiler_flag(-mno-amx-tile DRAMATIS_CAN_LEAVE_OUT_AMX)
if(DRAMATIS_CAN_LEAVE_OUT_AMX)
    add_compile_options(-mno-amx-tile -mno-amx-int8 -mno-amx-bf16)
endif()
