# SPDX-License-Identifier: BSD-2-Clause
# The ranks as a test: cmake -DROOT=<checkout> -P tests/ranks.cmake
#
# Fails when a file includes what its room may not see: a header of a room above or beside it, curses outside the one
# file that draws, zstd outside event/, or an operating system where the code must run on every one.
# docs/ARCHITECTURE.md draws this table; a change here is a change of the design.
cmake_minimum_required(VERSION 3.25)

set(may_event event)
set(may_bpf bpf event)
set(may_model model event)
set(may_windows-etw windows-etw event)
set(may_collector collector bpf model windows-etw event)
set(may_tui tui model event)
set(may_workloads workloads)
set(rooms event bpf model windows-etw collector tui workloads)

# Libraries with one home: pattern of the header, and the only files that may include it.
set(libraries curses zstd zlib libbpf liburing)
set(header_curses "n?curses(w/|/|\\.h)")
set(home_curses "^tui/curses[a-z_]*\\.[ch]$")
set(header_zstd "zstd")
set(home_zstd "^event/")
set(header_zlib "zlib")
set(home_zlib "^event/")
set(header_libbpf "bpf/(bpf|libbpf|btf)(_[a-z_]+)?\\.h")
set(home_libbpf "^bpf/")
set(header_liburing "liburing")
set(home_liburing "^workloads/")

# Rooms that mean the same on every operating system: the build picks files by suffix, not the preprocessor.
set(portable "^(event|model|tui)/")

set(count 0)
foreach(room IN LISTS rooms)
  file(GLOB_RECURSE files RELATIVE "${ROOT}" "${ROOT}/${room}/*.[ch]")
  foreach(file IN LISTS files)
    math(EXPR count "${count} + 1")
    file(STRINGS "${ROOT}/${file}" lines REGEX "^[ \t]*#[ \t]*(include|if|elif)")
    foreach(line IN LISTS lines)
      if(line MATCHES "include[ \t]*\"([^\"/]+)/" AND NOT CMAKE_MATCH_1 IN_LIST may_${room})
        message(SEND_ERROR "${file}: ${room}/ may not include ${CMAKE_MATCH_1}/")
      elseif(line MATCHES "include[ \t]*\"[^\"/]+\"" AND NOT line MATCHES "\\.skel\\.h\"")
        message(SEND_ERROR "${file}: include from the root of the tree, not beside the file: ${line}")
      endif()
      foreach(library IN LISTS libraries)
        if(line MATCHES "include[ \t]*<${header_${library}}" AND NOT file MATCHES "${home_${library}}")
          message(SEND_ERROR "${file}: only ${home_${library}} may include ${library}")
        endif()
      endforeach()
      if(line MATCHES "_WIN32|__linux__|__MINGW" AND file MATCHES "${portable}")
        message(SEND_ERROR "${file}: no operating system in event/, model/, tui/: ${line}")
      endif()
    endforeach()
  endforeach()
endforeach()

if(count EQUAL 0)
  message(SEND_ERROR "${ROOT}: no sources found, so nothing was checked")
endif()
message(STATUS "${count} files keep their rank")
