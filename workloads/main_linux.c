/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* `ringload` where words come as they are. */
#include "workloads/main.h"

int main(int argc, char **argv)
{
	return load_main(argc, argv);
}
