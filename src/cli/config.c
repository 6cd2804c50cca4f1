#include <string.h>

#include "cli/commands.h"
#include "cli/out.h"

enum rc
cli_config_show(struct cli *c)
{
	static const char *const columns[] = { "section", "option", "value",
		"origin" };
	struct out o;

	out_begin(&o, c, columns, 4);
	for (int i = 0; i < OPT__MAX; i++) {
		const struct opt_info *info = &opt_table[i];
		struct buf value = BUF_SECRET(4096);

		conf_text(&c->conf, (enum opt)i, &value);
		if ((info->flags & OPT_SECRET) && value.len > 0) {
			buf_reset(&value);
			buf_adds(&value, "(hidden)");
		}
		out_row(&o, (const char *const[]){ info->section, info->key,
				buf_str(&value), c->conf.origin[i] });
		buf_free(&value);
	}
	out_end(&o);
	return RC_OK;
}
