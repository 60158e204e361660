package io.millrace.gateway.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A certificate chain and its private key in PEM files.
 *
 * @param certificate PEM file, the server's certificate first
 * @param privateKey PEM file, PKCS#8, not encrypted
 */
record PemCertificate(Path certificate, Path privateKey) {
    private static final Pattern PEM_KEY =
            Pattern.compile("-----BEGIN ([A-Z ]*)PRIVATE KEY-----([^-]+)-----END [A-Z ]*PRIVATE KEY-----");
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "Ed25519");

    /**
     * The key store to give to TLS; it has no password.
     *
     * @throws IOException when a file cannot be read or is not what it should be; the message names file and reason
     */
    KeyStore load() throws IOException {
        Certificate[] chain = chain();
        PrivateKey key = key();
        try {
            if (!belongTogether(key, chain[0])) {
                throw new IOException(privateKey + " is not the key of " + certificate);
            }
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("millrace", key, new char[0], chain);
            return store;
        } catch (GeneralSecurityException e) {
            throw new IOException(privateKey + " is not the key of " + certificate + ": " + e.getMessage(), e);
        }
    }

    /** Signs something with the key and asks the certificate whether it is right. */
    private static boolean belongTogether(PrivateKey key, Certificate certificate) throws GeneralSecurityException {
        if (!key.getAlgorithm().equals(certificate.getPublicKey().getAlgorithm())) {
            return false;
        }
        Signature signature = Signature.getInstance(
                switch (key.getAlgorithm()) {
                    case "EC" -> "SHA256withECDSA";
                    case "RSA" -> "SHA256withRSA";
                    default -> "EdDSA";
                });
        byte[] something = {1, 2, 3};
        signature.initSign(key);
        signature.update(something);
        byte[] signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        signature.update(something);
        return signature.verify(signed);
    }

    private Certificate[] chain() throws IOException {
        byte[] bytes = Files.readAllBytes(certificate);
        try {
            Certificate[] chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(bytes))
                    .toArray(Certificate[]::new);
            if (chain.length == 0) {
                throw new IOException(certificate + " has no certificate in PEM format");
            }
            return chain;
        } catch (GeneralSecurityException e) {
            throw new IOException(certificate + " has no certificate in PEM format: " + e.getMessage(), e);
        }
    }

    private PrivateKey key() throws IOException {
        byte[] bytes = Files.readAllBytes(privateKey);
        Matcher matcher = PEM_KEY.matcher(new String(bytes, StandardCharsets.US_ASCII));
        Arrays.fill(bytes, (byte) 0);
        if (!matcher.find()) {
            throw new IOException(privateKey + " has no private key in PEM format");
        }
        if (!matcher.group(1).isEmpty()) {
            throw new IOException(privateKey + " has a private key of the kind \""
                    + matcher.group(1).trim()
                    + "\"; convert it to PKCS#8 without a password: openssl pkcs8 -topk8 -nodes");
        }
        PKCS8EncodedKeySpec spec;
        try {
            spec = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(matcher.group(2)));
        } catch (IllegalArgumentException e) {
            throw new IOException(privateKey + " has a private key that is not base64", e);
        }
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                continue; // a key of another algorithm
            } catch (GeneralSecurityException e) {
                throw new IOException(privateKey + " cannot be read: " + e.getMessage(), e);
            }
        }
        throw new IOException(privateKey + " has a private key that is none of " + ALGORITHMS);
    }
}
