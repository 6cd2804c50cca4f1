-- The demo people and cruds of ./dev run and `cruddur db seed`. Safe to repeat.
INSERT INTO users (uuid, display_name, handle, email, bio) VALUES
	('a0b1c2d3-0001-4000-8000-000000000001', 'Andrew Brown', 'andrewbrown',
		'andrew@exampro.example', 'Cloud, Star Trek and cruds.'),
	('a0b1c2d3-0001-4000-8000-000000000002', 'Andrew Bayko', 'bayko',
		'bayko@exampro.example', 'The other Andrew.'),
	('a0b1c2d3-0001-4000-8000-000000000003', 'Chinedu Obi', 'ulake',
		'ulake@example.com', '')
ON CONFLICT DO NOTHING;

INSERT INTO activities (uuid, user_uuid, message, replies_count,
	reply_to_activity_uuid, reply_to_user_uuid, created_at, expires_at)
SELECT crud.uuid::uuid, author.uuid, crud.message, crud.replies_count,
	crud.parent::uuid, parent_author.uuid,
	now() - crud.age::interval, now() + crud.life::interval
FROM (VALUES
	('c0de0000-0001-4000-8000-000000000001', 'andrewbrown',
		'Welcome to Cruddur! What you write here is gone in a while.', 2,
		NULL, NULL, '2 days', '28 days'),
	('c0de0000-0001-4000-8000-000000000002', 'bayko',
		'Gone where? I was about to frame this.', 1,
		'c0de0000-0001-4000-8000-000000000001', 'andrewbrown',
		'47 hours', '28 days'),
	('c0de0000-0001-4000-8000-000000000003', 'andrewbrown',
		'Into the great bit bucket, Andrew.', 0,
		'c0de0000-0001-4000-8000-000000000002', 'bayko',
		'46 hours', '28 days'),
	('c0de0000-0001-4000-8000-000000000004', 'ulake',
		'Hello from Lagos. Is this thing on?', 0,
		'c0de0000-0001-4000-8000-000000000001', 'andrewbrown',
		'40 hours', '28 days'),
	('c0de0000-0001-4000-8000-000000000005', 'bayko',
		'Babylon 5 is the best science fiction of its decade. Discuss.', 1,
		NULL, NULL, '30 hours', '7 days'),
	('c0de0000-0001-4000-8000-000000000006', 'ulake',
		'I came for the cloud and stayed for the arguments.', 0,
		'c0de0000-0001-4000-8000-000000000005', 'bayko',
		'29 hours', '7 days'),
	('c0de0000-0001-4000-8000-000000000007', 'ulake',
		'Learning to read an EXPLAIN plan, one sequential scan at a time.', 0,
		NULL, NULL, '20 hours', '30 days'),
	('c0de0000-0001-4000-8000-000000000008', 'andrewbrown',
		'Today: one table, four access patterns, no regrets 🚀', 0,
		NULL, NULL, '5 hours', '3 days'),
	('c0de0000-0001-4000-8000-000000000009', 'bayko',
		'This crud stays for a day. Blink and you miss it.', 0,
		NULL, NULL, '1 hour', '23 hours')
) AS crud (uuid, handle, message, replies_count, parent, parent_handle,
	age, life)
JOIN users author ON lower(author.handle) = crud.handle
LEFT JOIN users parent_author ON lower(parent_author.handle) = crud.parent_handle
ON CONFLICT DO NOTHING;
