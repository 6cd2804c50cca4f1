/*
 * stream/work: whose turn it is, and what is said of those that had none. The
 * linker puts __wrap_mover_apply() in the place of mover_apply(): it writes
 * down what it is asked, and fails or takes its time as a case wants.
 */
#include "stream/work.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "model/ctx.h"
#include "stream/mover.h"
#include "tap.h"

static struct buf asked = BUF_INIT(4096); /* "B4 A9 " */
static const char *fails = "";		  /* the message that does */
static enum rc fails_with;
static int64_t takes_ms;

enum rc __wrap_mover_apply(
    struct ctx *cx, const struct core_message *msg, struct mover_did *did);

enum rc
__wrap_mover_apply(
    struct ctx *cx, const struct core_message *msg, struct mover_did *did)
{
	char name[8];

	(void)cx;
	*did = (struct mover_did){ .verdict = CORE_NOTHING };
	snprintf(name, sizeof(name), "%s%s", msg->group, msg->at);
	buf_addf(&asked, "%s ", name);
	clock_sleep_ms(takes_ms);
	return strcmp(name, fails) == 0 ? fails_with : RC_OK;
}

#define ITEMS 5

/* Run C1 A2 B3 A4 C5 on one thread; each one's code to said. */
static void
run(struct work *w, int64_t left_ms, struct buf *said)
{
	static const char *const of[ITEMS][2] = { { "C", "1" }, { "A", "2" },
		{ "B", "3" }, { "A", "4" }, { "C", "5" } };
	struct work_item items[ITEMS] = { 0 };

	buf_reset(&asked);
	buf_reset(said);
	for (int i = 0; i < ITEMS; i++)
		items[i].msg = (struct core_message){
			.group = of[i][0], .at = of[i][1], .text = ""
		};
	work_run(w, items, ITEMS, clock_ms() + left_ms);
	for (int i = 0; i < ITEMS; i++)
		buf_addf(said, "%s ", rc_wire(items[i].rc));
}

static const struct {
	const char *name, *fails;
	enum rc fails_with;
	int64_t takes_ms, left_ms;
	const char *asked, *said;
} cases[] = {
	{ "in the order of their first items, the newest of each", "", RC_OK, 0,
	    60000, "C5 A4 B3 ", "ok ok ok ok ok " },
	{ "a fault of its own: the next older has its turn", "A4",
	    RC_TX_CONFLICT, 0, 60000, "C5 A4 A2 B3 ",
	    "ok ok ok transaction_conflict ok " },
	{ "an outage: the older need not be tried", "A4", RC_UNAVAILABLE, 0,
	    60000, "C5 A4 B3 ",
	    "ok service_unavailable ok service_unavailable ok " },
	{ "no time: none is begun, and none is to blame", "", RC_OK, 0, 0, "",
	    "interrupted interrupted interrupted interrupted interrupted " },
	{ "time for the first only", "", RC_OK, 400, 500, "C5 ",
	    "ok interrupted interrupted interrupted ok " },
};

int
main(void)
{
	struct buf err = BUF_INIT(1024), said = BUF_INIT(4096);
	struct conf conf;
	struct work *w;

	setenv("AWS_REGION", "eu-west-1", 1);
	if (metrics_init(NULL, 0) != RC_OK ||
	    conf_load("/dev/null", &conf, &err) != RC_OK)
		return 1;
	w = work_new(&conf, 1);
	for (size_t i = 0; i < COUNT(cases); i++) {
		fails = cases[i].fails;
		fails_with = cases[i].fails_with;
		takes_ms = cases[i].takes_ms;
		run(w, cases[i].left_ms, &said);
		is_str(buf_str(&asked), cases[i].asked, cases[i].name);
		is_str(buf_str(&said), cases[i].said, cases[i].name);
	}
	ok(work_is_outage(RC_INTERRUPTED), "to be interrupted is no fault");
	work_free(&w);
	conf_free(&conf);
	buf_free(&said);
	buf_free(&asked);
	return tap_done();
}
