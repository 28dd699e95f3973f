import type { ControlValues, ModelInfo, SessionControl } from '@agor/protocol';

/** More pickers than this beside model and permission mode become one menu. */
const INLINE = 2;

/** The choices that a live agent offers, with what the person chose over what the agent last told. One option is no choice. */
export function shownControls(controls: readonly SessionControl[], chosen: ControlValues): SessionControl[] {
  return controls
    .filter(({ options }) => options.length > 1)
    .map((control) => {
      const value = chosen[control.id];
      return value !== undefined && control.options.some((option) => option.value === value)
        ? { ...control, value }
        : control;
    });
}

/** Which of them get a picker of their own, and which stand together in one menu. */
export function placeControls(controls: readonly SessionControl[]): {
  inline: SessionControl[];
  menu: SessionControl[];
} {
  return controls.length <= INLINE ? { inline: [...controls], menu: [] } : { inline: [], menu: [...controls] };
}

/** What a control's value is called. */
export function valueLabel({ value, options }: SessionControl): string {
  return options.find((option) => option.value === value)?.label ?? value;
}

/** What a model is called: its label where one is known. */
export function modelName(id: string | undefined, models: readonly ModelInfo[]): string {
  return models.find((model) => model.id === id)?.label ?? id ?? 'default model';
}
