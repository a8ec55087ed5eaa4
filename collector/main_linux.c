/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* `ringlens` on Linux. What a command does is in cmd_<name>.c; what all share is in command.c. */
#include "collector/command.h"
#include "collector/standard.h"

int main(int argc, char **argv)
{
	standard_prepare();
	return command_main(argc, argv);
}
