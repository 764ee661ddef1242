/** Names of columns that hold what is nobody else's business, by kind. */
const byKind: Readonly<Record<string, string>> = {
  credentials: `password passwd pwd passphrase password_hash hashed_password encrypted_password secret
    secret_key client_secret private_key api_key apikey auth_key token jwt access_token refresh_token
    oauth_token session_token bearer_token auth_code session_id session_key session_secret
    recovery_code backup_code verification_code otp otp_secret totp_secret two_factor 2fa_secret
    2fa_code reset_token webhook_secret`,
  identity: `ssn social_security social_security_number driver_license drivers_license
    license_number passport_number passport_id national_id tax_id`,
  money: `credit_card card_number cvv cvc cvn bank_account account_number routing_number iban
    swift_code bic`,
  health: `health_record medical_record patient_id insurance_number health_insurance
    medical_insurance treatment diagnosis`,
  devices: 'mac_address macaddr imei device_uuid',
  keys: 'pgp_key gpg_key ssh_key certificate license_key activation_key',
  body: 'facial_recognition fingerprint_template',
}

const kinds: ReadonlyMap<string, string> = new Map(
  Object.entries(byKind).flatMap(([kind, names]) =>
    names.split(/\s+/).map((name): [string, string] => [name, kind]),
  ),
)

/** `credentials` for `apiKey`, `API-Key` and `api_key`; null for what tells nothing. */
export function sensitiveKind(column: string): string | null {
  const snake = column
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[-\s]/g, '_')
    .toLowerCase()
  return kinds.get(snake) ?? null
}
