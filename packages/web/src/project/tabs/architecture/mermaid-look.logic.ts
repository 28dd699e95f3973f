import type { MermaidConfig } from 'mermaid';
import { contrastOn, mix, reach } from '../../../themes/color.ts';
import { around, type DiagramLook } from './diagram-look.logic.ts';

/** Mermaid has so many colours for sections, slices and branches. */
const SCALE = 12;
const SLICES = 12;
const BRANCHES = 8;
/** What C4 diagrams draw their relations and borders with, whatever the theme says. */
const C4_INK = '#444444';

/** The configuration that makes Mermaid paint with the page's tokens. A diagram that chooses a theme by a directive of its own keeps it. */
export function mermaidLook(look: DiagramLook): MermaidConfig {
  return { theme: 'base', darkMode: look.isDark, themeVariables: variables(look), c4: c4Colors(look) };
}

/** What no configuration reaches, in a picture that was drawn. */
export function repaint(svg: string, { tokens }: DiagramLook): string {
  return /aria-roledescription="c4"/.test(svg) ? svg.replaceAll(C4_INK, tokens.text) : svg;
}

function variables(look: DiagramLook): Record<string, unknown> {
  const { tokens: t, areas, lines } = look;
  const noteArea = around(areas, 5);
  return {
    darkMode: look.isDark,
    background: t.base,
    useGradient: false,
    dropShadow: 'none',
    ...all([t.surface0], 'primaryColor secondaryColor nodeBkg mainBkg actorBkg stateBkg personBkg labelBoxBkgColor'),
    ...all([t.surface0], 'requirementBackground tagLabelBackground compositeTitleBackground activationBkgColor'),
    ...all([t.mantle], 'tertiaryColor clusterBkg rectBkgColor compositeBackground altBackground'),
    ...all([t.base], 'edgeLabelBackground relationLabelBackground labelBackgroundColor commitLabelBackground'),
    ...all([t.text], 'primaryTextColor secondaryTextColor tertiaryTextColor textColor nodeTextColor titleColor'),
    ...all([t.text], 'actorTextColor signalTextColor labelTextColor loopTextColor classText stateLabelColor'),
    ...all([t.text], 'transitionLabelColor taskTextColor taskTextOutsideColor taskTextLightColor taskTextDarkColor'),
    ...all([t.text], 'pieTitleTextColor pieSectionTextColor pieLegendTextColor requirementTextColor'),
    ...all([t.text], 'relationLabelColor tagLabelColor commitLabelColor scaleLabelColor vennTitleTextColor'),
    ...all([t.text], 'vennSetTextColor quadrantTitleFill quadrantPointTextFill quadrantXAxisTextFill'),
    ...all([t.text], 'quadrantYAxisTextFill quadrant1TextFill quadrant2TextFill quadrant3TextFill quadrant4TextFill'),
    ...all([t.blue], 'primaryBorderColor nodeBorder actorBorder personBorder requirementBorderColor tagLabelBorder'),
    ...all([t.blue], 'labelBoxBorderColor activationBorderColor taskBorderColor compositeBorder quadrantPointFill'),
    ...all([t.edge], 'secondaryBorderColor tertiaryBorderColor clusterBorder flowContainerStroke gridColor'),
    ...all([t.edge], 'border2 archGroupBorderColor quadrantInternalBorderStrokeFill quadrantExternalBorderStrokeFill'),
    ...all([t.overlay1], 'lineColor arrowheadColor defaultLinkColor signalColor transitionColor specialStateColor'),
    ...all([t.overlay1], 'relationColor actorLineColor archEdgeColor archEdgeArrowColor vertLineColor'),
    ...all([t.overlay1], 'innerEndBackground emArrowhead emRelationStroke'),
    sequenceNumberColor: t.base,
    noteBkgColor: noteArea,
    noteBorderColor: t.yellow,
    noteTextColor: t.text,
    errorBkgColor: around(areas, 6),
    errorTextColor: t.text,
    ...gantt(look),
    ...all([t.base, t.mantle], 'rowOdd rowEven'),
    ...all([t.base, t.mantle], 'attributeBackgroundColorOdd attributeBackgroundColorEven'),
    ...all([t.base, t.mantle], 'quadrant1Fill quadrant2Fill quadrant4Fill quadrant3Fill'),
    pieOpacity: '1',
    ...all([t.edge], 'pieStrokeColor pieOuterStrokeColor'),
    ...numbered('pie', SLICES, 1, (at) => around(areas, at)),
    ...numbered('venn', BRANCHES, 1, (at) => around(lines, at)),
    ...numbered('fillType', BRANCHES, 0, (at) => around(areas, at)),
    ...numbered('cScale', SCALE, 0, (at) => around(areas, at)),
    ...numbered('cScaleLabel', SCALE, 0, () => t.text),
    ...numbered('cScaleInv', SCALE, 0, (at) => around(lines, at)),
    ...numbered('cScalePeer', SCALE, 0, (at) => around(lines, at)),
    ...numbered('surface', 5, 0, () => t.surface0),
    ...numbered('surfacePeer', 5, 0, () => t.edge),
    ...numbered('git', BRANCHES, 0, (at) => around(lines, at)),
    ...numbered('gitInv', BRANCHES, 0, () => t.base),
    ...numbered('gitBranchLabel', BRANCHES, 0, () => t.base),
    ...events(look),
    xyChart: { ...all([t.text], XY_TEXTS), backgroundColor: t.base, plotColorPalette: lines.join(',') },
    radar: { axisColor: t.overlay1, graticuleColor: t.edge },
    wardley: {
      ...all([t.base], 'backgroundColor componentFill annotationFill'),
      ...all([t.text], 'axisTextColor componentLabelColor annotationTextColor'),
      ...all([t.overlay1], 'axisColor componentStroke linkStroke annotationStroke'),
      gridColor: t.edge,
      evolutionStroke: t.red,
    },
    cynefin: {
      ...all(areas, 'complicatedBg complexBg chaoticBg confusionBg clearBg'),
      ...all([t.overlay1], 'boundaryColor arrowColor'),
      ...all([t.text], 'textColor labelColor'),
      cliffColor: t.red,
    },
  };
}

const XY_TEXTS =
  'titleColor dataLabelColor legendTextColor xAxisTitleColor xAxisLabelColor xAxisTickColor xAxisLineColor yAxisTitleColor yAxisLabelColor yAxisTickColor yAxisLineColor';

function gantt({ tokens: t, areas }: DiagramLook): Record<string, string> {
  return {
    ...all([t.mantle], 'sectionBkgColor sectionBkgColor2'),
    altSectionBkgColor: t.base,
    excludeBkgColor: t.crust,
    taskBkgColor: around(areas, 0),
    activeTaskBkgColor: around(areas, 1),
    activeTaskBorderColor: t.green,
    doneTaskBkgColor: t.surface0,
    doneTaskBorderColor: t.edge,
    critBkgColor: around(areas, 6),
    critBorderColor: t.red,
    todayLineColor: t.red,
    taskTextClickableColor: t.blue,
  };
}

function events({ tokens: t, areas, lines }: DiagramLook): Record<string, string> {
  const kinds = ['Command', 'ReadModel', 'Event', 'Processor', 'Ui'];
  return {
    ...Object.fromEntries(
      kinds.flatMap((kind, at) => [
        [`em${kind}Fill`, around(areas, at)],
        [`em${kind}Stroke`, around(lines, at)],
      ]),
    ),
    emSwimlaneBackgroundOdd: t.mantle,
    emSwimlaneBackgroundStroke: t.edge,
  };
}

/** C4 writes in white on its shapes: they are as dark as that needs. */
function c4Colors({ tokens, ratio }: DiagramLook): Record<string, string> {
  const under = (color: string) => {
    const muted = mix(color, '#000000', 0.35);
    return contrastOn('#ffffff', [muted]) >= ratio ? muted : reach(muted, ['#ffffff'], ratio, false);
  };
  const colors: readonly (readonly [string, string])[] = [
    ['person', tokens.mauve],
    ['system', tokens.blue],
    ['container', tokens.sapphire],
    ['component', tokens.teal],
  ];
  return Object.fromEntries(
    colors.flatMap(([name, color]) => {
      const kinds = name === 'person' ? [name] : [name, `${name}_db`, `${name}_queue`];
      return kinds.flatMap((kind) => [
        [`${kind}_bg_color`, under(color)],
        [`${kind}_border_color`, color],
        [`external_${kind}_bg_color`, under(tokens.overlay0)],
        [`external_${kind}_border_color`, tokens.overlay0],
      ]);
    }),
  );
}

/** The colours, around, by these names. */
function all(colors: readonly string[], names: string): Record<string, string> {
  return Object.fromEntries(names.split(' ').map((name, at) => [name, around(colors, at)]));
}

function numbered(name: string, count: number, from: number, color: (at: number) => string): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [`${name}${at + from}`, color(at)]));
}
