#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# A database in earnest: MariaDB, whose InnoDB reads and writes its tables through a ring. Its own counters are the truth:
# pages written, and pages read ahead (a page that a query waits for is read by a system call).
. "$(dirname "$0")/live.sh"
need_root
need_io_uring
need_tool jq mariadbd mariadb
cd "$DIR" || exit 1

cat >serve <<'END'
mariadbd --no-defaults --user=root --datadir="$PWD/data" --socket="$PWD/socket" --pid-file="$PWD/pid" --skip-networking \
	--skip-grant-tables --skip-log-bin --innodb-buffer-pool-size=8M --innodb-flush-method=O_DIRECT 2>log &
for ((i = 0; i < 600; i++)); do
	mariadb --no-defaults --socket=socket -e 'select 1' >/dev/null 2>&1 && break
	sleep 0.05
done
mariadb --no-defaults --socket=socket --skip-column-names <load >figures || kill $!
wait
END
cat >load <<'END'
create database t; use t; create table t (a int primary key, b varchar(500));
insert into t select seq, repeat('x', 400) from seq_1_to_30011;
select 'rows', count(*) from t where length(b) = 400;
select variable_name, variable_value from information_schema.global_status where variable_name like 'innodb_%';
select 'aio', @@innodb_use_native_aio;
shutdown;
END
mkdir data
"$RINGLENS" record -o trace -- bash serve >out 2>err || fail "record failed: $(cat err log)"
"$RINGLENS" report --json trace >report || fail "no report"
"$RINGLENS" trace -i trace >lines || fail "no lines"

figure() { awk -v name="$1" '$1 == name { print $2 }' figures; }
count() { jq --arg op "$1" '[.operations[] | select(.op == $op) | .count] | add // 0' report; }

equal "rows (log: $(tail -n 3 log))" "$(figure rows)" 30011
[ "$(figure aio)" = 1 ] || skip "MariaDB does without asynchronous I/O here: $(grep -i aio log)"
balanced report
equal unmatched "$(jq .books.unmatched report)" 0
equal "rings, all of mariadbd" "$(jq -c '[.queues[].comm] | unique' report)" '["mariadbd"]'
# Shutting down writes what is left, after the figures were taken.
within "pages written" "$(count WRITEV)" "$(figure INNODB_DATA_WRITES)" $(($(figure INNODB_DATA_WRITES) + 3000))
within "pages read ahead" "$(count READV)" "$(figure INNODB_BUFFER_POOL_READ_AHEAD)" $(($(figure INNODB_BUFFER_POOL_READ_AHEAD) + 100))
within "bytes written" "$(jq '[.operations[] | select(.op == "WRITEV") | .bytes] | add' report)" \
	"$(figure INNODB_DATA_WRITTEN)" $(($(figure INNODB_DATA_WRITTEN) + 100000000))
# Every page belongs to a file of the database.
equal "lines of pages elsewhere" "$(grep -E ' (READV|WRITEV)\(' lines | grep -vcE "<$DIR/data/[^>]*(ibd|ibdata1|ibtmp1|undo[0-9]*)>")" 0
echo "ok: $(count READV) pages read ahead, $(count WRITEV) written"
