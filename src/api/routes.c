#include "api/routes.h"

#include "api/handlers.h"

#define JSON_BODY 65536 /* bytes; nginx has the same bound */

const struct route api_routes[] = {
	{ M_GET, "/api/health-check", AUTH_NONE, 0, api_health, "health" },
	{ M_GET, "/api/health-check/ready", AUTH_NONE, 0, api_ready, "ready" },

	{ M_GET, "/api/message_groups", AUTH_USER, 0, api_groups_list,
	    "groups_list" },
	{ M_GET, "/api/messages/{group}", AUTH_USER, 0, api_messages_list,
	    "messages_list" },
	{ M_POST, "/api/messages", AUTH_USER, JSON_BODY, api_messages_create,
	    "messages_create" },

	{ M_GET, "/api/activities/home", AUTH_NONE, 0, api_activities_home,
	    "activities_home" },
	{ M_GET, "/api/activities/notifications", AUTH_USER, 0,
	    api_activities_notifications, "activities_notifications" },
	{ M_GET, "/api/activities/search", AUTH_NONE, 0, api_activities_search,
	    "activities_search" },
	{ M_GET, "/api/activities/@{handle}", AUTH_NONE, 0, api_activities_user,
	    "activities_user" },
	{ M_GET, "/api/activities/{uuid}", AUTH_NONE, 0, api_activities_show,
	    "activities_show" },
	{ M_POST, "/api/activities", AUTH_USER, JSON_BODY,
	    api_activities_create, "activities_create" },
	{ M_POST, "/api/activities/{uuid}/reply", AUTH_USER, JSON_BODY,
	    api_activities_reply, "activities_reply" },

	{ M_GET, "/api/users/@{handle}/short", AUTH_NONE, 0, api_users_short,
	    "users_short" },
	{ M_POST, "/api/profile/update", AUTH_USER, JSON_BODY,
	    api_profile_update, "profile_update" },

	{ M_GET, "/api/session", AUTH_OPTIONAL, 0, api_session_show,
	    "session_show" },
	{ M_POST, "/api/session", AUTH_NONE, JSON_BODY, api_session_create,
	    "session_create" },
	{ M_DELETE, "/api/session", AUTH_NONE, 0, api_session_delete,
	    "session_delete" },
	{ M_POST, "/api/session/refresh", AUTH_NONE, 0, api_session_refresh,
	    "session_refresh" },
	{ M_POST, "/api/session/password", AUTH_NONE, JSON_BODY,
	    api_session_password, "session_password" },

	{ M_POST, "/api/users", AUTH_NONE, JSON_BODY, api_users_create,
	    "users_create" },
	{ M_POST, "/api/users/confirm", AUTH_NONE, JSON_BODY, api_users_confirm,
	    "users_confirm" },
	{ M_POST, "/api/users/resend", AUTH_NONE, JSON_BODY, api_users_resend,
	    "users_resend" },
	{ M_POST, "/api/password/forgot", AUTH_NONE, JSON_BODY,
	    api_password_forgot, "password_forgot" },
	{ M_POST, "/api/password/reset", AUTH_NONE, JSON_BODY,
	    api_password_reset, "password_reset" },

	{ M_GET, "/api/openapi.json", AUTH_NONE, 0, api_openapi, "openapi" },

	{ M_GET, "/metrics", AUTH_LOCAL, 0, api_metrics, "metrics" },
};

const size_t api_nroutes = sizeof(api_routes) / sizeof(api_routes[0]);
