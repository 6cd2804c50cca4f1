/* handlers: one for each row of the route table, a file for each resource. */
#ifndef API_HANDLERS_H
#define API_HANDLERS_H

#include "base/rc.h"

struct ctx;
struct req;
struct resp;

typedef enum rc api_handler(struct ctx *cx, struct req *rq, struct resp *rs);

/* health.c */
api_handler api_health, api_ready, api_metrics;
/* messages.c */
api_handler api_groups_list, api_messages_list, api_messages_create;
/* activities.c */
api_handler api_activities_home, api_activities_notifications,
    api_activities_search, api_activities_user, api_activities_show,
    api_activities_create, api_activities_reply;
/* openapi.c */
api_handler api_openapi;
/* users.c */
api_handler api_users_short, api_profile_update;
/* session.c */
api_handler api_session_show, api_session_create, api_session_delete,
    api_session_refresh, api_session_password;
/* signup.c */
api_handler api_users_create, api_users_confirm, api_users_resend,
    api_password_forgot, api_password_reset;

#endif
