import type { ComponentChildren } from 'preact';
import { moment, type I18n } from '../../shared/src/messages.ts';
import type { Say } from './messages.ts';
import type { BackOfficeAnswer, VariantAnswer } from './product-answer.ts';
import { variantWord } from './states.ts';

/** More would make the block longer than the product's own page. */
const SHOWN = 10;

interface Words {
  timeZone: string;
  i18n: I18n;
  say: Say;
}

/** The product's variants in one back office. */
export function BackOffice({ backOffice, ...words }: Words & { backOffice: BackOfficeAnswer }): ComponentChildren {
  const { name, enabled, variants } = backOffice;
  const { say } = words;
  const more = variants.length - SHOWN;
  return (
    <s-stack gap="small-200">
      <s-text type="strong">{name}</s-text>
      {!enabled && <s-text color="subdued">{say('syncOff')}</s-text>}
      {variants.slice(0, SHOWN).map((variant) => (
        <Variant key={`${variant.code} ${variant.title}`} variant={variant} {...words} />
      ))}
      {more > 0 && <s-text color="subdued">{say('moreVariants', { count: more })}</s-text>}
    </s-stack>
  );
}

function Variant({ variant, timeZone, i18n, say }: Words & { variant: VariantAnswer }): ComponentChildren {
  const { title, code, record, lastSync, problem, reason, stock } = variant;
  const { key, tone } = variantWord(variant);
  return (
    <s-stack gap="small-300">
      <s-stack direction="inline" gap="small-200" alignItems="center">
        <s-text>{[title, code].filter((part) => part !== '').join(' · ') || say('noCode')}</s-text>
        <s-badge tone={tone}>{say(key)}</s-badge>
        {record && <s-text color="subdued">{say('record', { id: record })}</s-text>}
      </s-stack>
      {problem ? (
        <s-banner tone="critical" heading={problem.title}>
          <s-paragraph>{problem.fix}</s-paragraph>
        </s-banner>
      ) : (
        reason && <s-text color="subdued">{reason}</s-text>
      )}
      {stock.length > 0 && (
        <s-text>
          {stock
            .map(({ facility, available }) =>
              say('stockAt', { facility, units: available === null ? say('stockUnknown') : String(available) }),
            )
            .join(' · ')}
        </s-text>
      )}
      {lastSync && <s-text color="subdued">{say('lastSync', { when: moment(i18n, lastSync, timeZone) })}</s-text>}
    </s-stack>
  );
}
