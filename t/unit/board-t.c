/* The board shared between processes: posts, duty, deaths inside a lock. */
#include "base/board.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "tap.h"

static void
posts(void)
{
	struct buf b = BUF_INIT(BOARD_MAX_BYTES);
	static char big[BOARD_MAX_BYTES + 1];
	uint64_t gen = 0, gen2 = 0;

	is_int(board_get(BOARD_JWKS, &b, &gen), RC_NOT_FOUND, "empty at first");
	is_int(board_post(BOARD_JWKS, "one", 3), RC_OK, "a post");
	is_int(board_get(BOARD_JWKS, &b, &gen), RC_OK, "is there");
	is_str(buf_str(&b), "one", "and the same");
	ok(gen != 0 && gen == board_generation(BOARD_JWKS),
	    "with a generation");
	clock_sleep_ms(1);
	is_int(board_post(BOARD_JWKS, "two", 3), RC_OK, "another post");
	buf_reset(&b);
	is_int(board_get(BOARD_JWKS, &b, &gen2), RC_OK, "is there");
	is_str(buf_str(&b), "two", "and replaced the first");
	ok(gen2 > gen, "its generation is greater");
	is_int(
	    board_post(BOARD_JWKS, big, sizeof(big)), RC_TOOBIG, "too large");
	is_int(
	    board_get(BOARD_CREDS, &b, &gen), RC_NOT_FOUND, "slots are apart");
	buf_free(&b);
}

/* A child takes the duty and is killed inside; the parent must get it. */
static void
death(void)
{
	int ready[2], st;
	char c;
	pid_t pid;

	if (pipe(ready) != 0)
		abort();
	pid = fork();
	if (pid == 0) {
		if (board_begin(BOARD_CREDS, clock_ms() + 1000) == RC_OK &&
		    write(ready[1], "x", 1) == 1)
			pause();
		_exit(1);
	}
	is_int(read(ready[0], &c, 1), 1, "a process has the duty");
	is_int(board_begin(BOARD_CREDS, clock_ms() + 20), RC_DEADLINE,
	    "another one waits, until its deadline");
	kill(pid, SIGKILL);
	waitpid(pid, &st, 0);
	is_int(board_begin(BOARD_CREDS, clock_ms() + 1000), RC_OK,
	    "it gets the duty of the dead");
	is_int(board_tried_ms(BOARD_CREDS), 0, "nobody tried yet");
	board_note_try(BOARD_CREDS);
	ok(board_tried_ms(BOARD_CREDS) > 0, "a try is noted");
	board_end(BOARD_CREDS);
}

/* Readers and writers in several processes: never a torn value. */
static void
torn(void)
{
	enum { WRITERS = 4, ROUNDS = 2000, LEN = 4096 };
	struct buf b = BUF_INIT(BOARD_MAX_BYTES);
	bool whole = true;

	for (int w = 0; w < WRITERS; w++) {
		if (fork() == 0) {
			char text[LEN];

			memset(text, 'a' + w, LEN);
			for (int i = 0; i < ROUNDS; i++) {
				if (board_post(BOARD_JWKS, text, LEN) != RC_OK)
					_exit(1);
			}
			_exit(0);
		}
	}
	for (int i = 0; i < ROUNDS; i++) {
		uint64_t gen;

		buf_reset(&b);
		if (board_get(BOARD_JWKS, &b, &gen) != RC_OK || b.len != LEN)
			continue; /* the post of before */
		for (size_t j = 1; j < LEN; j++)
			whole = whole && b.data[j] == b.data[0];
	}
	for (int w = 0; w < WRITERS; w++) {
		int st = -1;

		wait(&st);
		is_int(st, 0, "a writer is done");
	}
	ok(whole, "no reader saw a torn value");
	buf_free(&b);
}

int
main(void)
{
	is_int(board_init(), RC_OK, "it is mapped");
	is_int(board_init(), RC_OK, "twice is fine");
	posts();
	death();
	torn();
	return tap_done();
}
