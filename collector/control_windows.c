/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* There is no live screen on Windows, so nobody who could send commands. */
#include "collector/control.h"

int control_read(struct control *control, struct live *live)
{
	(void)control;
	(void)live;
	return 1;
}
