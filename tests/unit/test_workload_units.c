/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* Sizes, times and numbers of ringload's command line: exact values, and every form refused. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "workloads/units.h"

typedef int read_fn(const char *text, uint64_t *ret_value);

static void expect(read_fn *read, const char *text, uint64_t wanted)
{
	uint64_t value = 0;

	assert_int_equal(read(text, &value), 0);
	assert_int_equal(value, wanted);
}

static void expect_error(read_fn *read, const char *text, int wanted)
{
	uint64_t value = 4711;

	assert_int_equal(read(text, &value), wanted);
	assert_int_equal(value, 4711);
}

static void numbers(void **state)
{
	(void)state;
	expect(load_units_number, "0", 0);
	expect(load_units_number, "1009", 1009);
	expect(load_units_number, "18446744073709551615", UINT64_MAX);
	expect_error(load_units_number, "18446744073709551616", -ERANGE);
	expect_error(load_units_number, "", -EINVAL);
	expect_error(load_units_number, "-1", -EINVAL);
	expect_error(load_units_number, "+1", -EINVAL);
	expect_error(load_units_number, " 1", -EINVAL);
	expect_error(load_units_number, "1k", -EINVAL);
	expect_error(load_units_number, "1.5", -EINVAL);
	expect_error(load_units_number, "0x10", -EINVAL);
}

static void sizes(void **state)
{
	(void)state;
	expect(load_units_size, "4096", 4096);
	expect(load_units_size, "4k", 4096);
	expect(load_units_size, "4KiB", 4096);
	expect(load_units_size, "1.5m", 1572864);
	expect(load_units_size, "0.5k", 512);
	expect(load_units_size, "2g", 2147483648ull);
	expect(load_units_size, "1t", 1099511627776ull);
	expect_error(load_units_size, "16777216t", -ERANGE);
	expect_error(load_units_size, "4q", -EINVAL);
	expect_error(load_units_size, "k", -EINVAL);
	expect_error(load_units_size, "4 k", -EINVAL);
	expect_error(load_units_size, "4.k", -EINVAL);
	expect_error(load_units_size, ".5k", -EINVAL);
}

static void times(void **state)
{
	(void)state;
	expect(load_units_time, "100ns", 100);
	expect(load_units_time, "250us", 250000);
	expect(load_units_time, "5ms", 5000000);
	expect(load_units_time, "2", 2000000000);
	expect(load_units_time, "0.1s", 100000000);
	expect(load_units_time, "1.5s", 1500000000);
	expect(load_units_time, "1.000000001s", 1000000001);
	expect(load_units_time, "2min", 120000000000ull);
	expect(load_units_time, "1h", 3600000000000ull);
	/* Finer than a nanosecond: refused, not rounded. */
	expect_error(load_units_time, "0.5ns", -EINVAL);
	expect_error(load_units_time, "1.0000000001s", -EINVAL);
	expect_error(load_units_time, "5 ms", -EINVAL);
	expect_error(load_units_time, "-5ms", -EINVAL);
	expect_error(load_units_time, "99999999999999h", -ERANGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),
		cmocka_unit_test(sizes),
		cmocka_unit_test(times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
