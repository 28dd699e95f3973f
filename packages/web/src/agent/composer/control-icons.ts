import type { SessionControl } from '@agor/protocol';
import Brain from '@lucide/svelte/icons/brain';
import Cpu from '@lucide/svelte/icons/cpu';
import Route from '@lucide/svelte/icons/route';
import SlidersHorizontal from '@lucide/svelte/icons/sliders-horizontal';

/** What a control is about, as a sign before its value. */
export const controlIcons = { mode: Route, model: Cpu, thinking: Brain, other: SlidersHorizontal } satisfies Record<
  SessionControl['category'],
  unknown
>;
