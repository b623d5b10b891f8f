import { fieldViewOf, type FieldView } from '../connections/read-sync-settings-form.ts';
import { describeSettings } from '../connections/settings-form.ts';
import { alertSettings } from './alert-settings.ts';

const password: FieldView = {
  name: 'smtpPassword',
  kind: 'secret',
  required: false,
  initial: '',
  when: { name: 'mailServer', is: 'own' },
};

/** The form of the alerts' settings: the password stands after its user. Texts: `settings.alerts.<name>`. */
export function alertSettingsForm(): { silence: FieldView[]; mail: FieldView[] } {
  const fields = describeSettings({ settings: alertSettings }).map(fieldViewOf);
  const isSilence = ({ name }: FieldView): boolean => name.startsWith('silence');
  const mail = fields.filter((field) => !isSilence(field));
  const after = mail.findIndex(({ name }) => name === 'smtpUser') + 1;
  return { silence: fields.filter(isSilence), mail: [...mail.slice(0, after), password, ...mail.slice(after)] };
}
