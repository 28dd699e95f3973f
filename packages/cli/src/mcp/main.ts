import { serveMcp } from './serve-mcp.ts';

/** `agor mcp`. A program of its own: the commands `btmsg` and `bttask` must not load what only it needs. */
void serveMcp();
