import { eventIterator, type } from '@orpc/contract';
import { z } from 'zod';
import { SessionId } from '../ids.ts';
import { base } from './base.ts';
import { Cursor, type FollowFrame, type WatchFrame } from './frames.ts';

export const events = {
  watch: base.input(z.object({})).output(eventIterator(type<WatchFrame>())),
  follow: base
    .input(
      z.object({
        sessionId: SessionId,
        cursor: Cursor.optional(),
        /** How many of the newest events a snapshot carries. */
        tail: z.number().int().min(0).max(5000).default(400),
      }),
    )
    .output(eventIterator(type<FollowFrame>())),
};
