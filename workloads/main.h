/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WORKLOADS_MAIN_H
#define WORKLOADS_MAIN_H
/* The program, once its words are UTF-8, which every part of it speaks. Returns the exit status. */
int load_main(int argc, char **argv);

#endif
